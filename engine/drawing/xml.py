"""Reading XML that anybody may have sent.

Text is UTF-8, without DOCTYPE and entities, and bounded in size, elements, depth and attributes.
"""

from __future__ import annotations

from lxml import etree

from engine.errors import FileInvalid

MOST_BYTES = 5_000_000
MOST_ELEMENTS = 50_000
DEEPEST = 60
MOST_ATTRIBUTES = 60


def parse(content: bytes, name: str) -> etree._Element:
    """The root element of an XML file.

    Raises:
        FileInvalid: malformed, too large, not UTF-8, or with a DOCTYPE.
    """
    if len(content) > MOST_BYTES:
        raise FileInvalid(name, f"it is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileInvalid(name, f"it is not UTF-8 text (byte {error.start}).") from error
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
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise FileInvalid(name, f"line {error.lineno}: {error.msg}") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise FileInvalid(name, "it has a DOCTYPE, which is not allowed.")
    _measure(root, name)
    return root


def _measure(root: etree._Element, name: str) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > DEEPEST or count > MOST_ELEMENTS or len(element.attrib) > MOST_ATTRIBUTES:
            raise FileInvalid(name, f"line {element.sourceline}: it is nested too deep or has too many elements or attributes.")
