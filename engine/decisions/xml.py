"""Reading DMN files that anybody may have sent: UTF-8, no DOCTYPE, no entities, bounded in size and depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.errors import DrawingInvalid, Problem

MOST_BYTES = 1_000_000
MOST_ELEMENTS = 50_000
DEEPEST = 60

_NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
_I18N = "{http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0}translation"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

#: A text by language.
Texts = Mapping[str, str]


def parse(content: bytes, file: str) -> etree._Element:
    """The `definitions` of a DMN file of any version from 1.1 to 1.5.

    Raises:
        DrawingInvalid: malformed, too large, with a DOCTYPE, or not DMN.
    """
    if len(content) > MOST_BYTES:
        raise _refused(file, "The file is larger than 1 MB.", "Split it into several files.")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        content.decode("utf-8-sig")
        root = etree.fromstring(content, parser)
    except UnicodeDecodeError as error:
        raise _refused(file, f"The file is not UTF-8 text (byte {error.start}).", "Save it as UTF-8.") from error
    except etree.XMLSyntaxError as error:
        raise _refused(file, f"Line {error.lineno}: {error.msg}.", "Save the table again with an editor for DMN.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused(file, "The file has a DOCTYPE.", "Remove it.")
    if etree.QName(root).namespace not in _NAMESPACES or local(root) != "definitions":
        raise _refused(file, "The file is not DMN 1.1 to 1.5.", "Save it with an editor for DMN.")
    _measure(root, file)
    return root


def local(element: etree._Element) -> str:
    """The name of an element of the DMN file's own namespace, "" for any other."""
    name = etree.QName(element)
    return name.localname if name.namespace in _NAMESPACES else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of these names, in order."""
    return (child for child in element if local(child) in names)


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first child of one of these names."""
    return next(children(element, *names), None)


def is_model(item: etree._Element) -> bool:
    """Whether an `import` is of decisions."""
    return item.get("importType", "") in _NAMESPACES


def text_of(element: etree._Element | None) -> str:
    """The content of the `text` inside, stripped."""
    inside = child(element, "text") if element is not None else None
    return (inside.text or "").strip() if inside is not None else ""


def labels(element: etree._Element, text: str) -> Texts:
    """A text in English and its translations."""
    found = {"en": text}
    for item in element.iterfind(f"{{*}}extensionElements/{_I18N}"):
        if item.get("target", "@name") in {"@name", "@label", "name", "label"} and (item.text or "").strip():
            found[item.get(_LANG, "")] = (item.text or "").strip()
    return found


def _measure(root: etree._Element, file: str) -> None:
    depth = count = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise _refused(file, "The file is nested too deep or has too many elements.", "Split it into several files.")


def _refused(file: str, reason: str, remedy: str) -> DrawingInvalid:
    return DrawingInvalid([Problem("readable", reason, remedy, file=file)])
