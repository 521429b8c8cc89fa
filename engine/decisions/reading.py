"""What the readers of one DMN file share: the names and types it knows, and all problems found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from lxml import etree

from engine.decisions.types import ANY, ItemType, builtin_type
from engine.decisions.xml import child, children, local, text_of
from engine.errors import ExpressionInvalid, Problem
from engine.feel.expressions import Expression, UnaryTests, compile_expression, compile_unary_tests

_NAMED = frozenset(
    [
        *("inputData", "decision", "businessKnowledgeModel", "decisionService", "variable", "itemComponent"),
        *("informationItem", "formalParameter", "parameter", "column", "contextEntry", "output"),
    ]
)
DEEPEST_TYPES = 20

E = TypeVar("E")


class Reading:
    """Collects problems instead of stopping at the first."""

    def __init__(self, root: etree._Element, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.names = frozenset(_long_names(root))
        self._definitions = {item.get("name", ""): item for item in children(root, "itemDefinition")}
        self._types: dict[str, ItemType] = {}
        self._imported: dict[str, ItemType] = {}
        self._resolving: list[str] = []

    def bring(self, name: str, types: Mapping[str, ItemType], names: Iterable[str]) -> None:
        """Makes known what an import of this name, or of none, brings: types, and names that hold more than one word."""
        brought = {f"{name}.{inner}" if name else inner: wanted for inner, wanted in types.items()}
        self._imported = brought | self._imported
        self.names |= {one for one in (name, *names) if not one.isidentifier()}

    def types(self) -> Mapping[str, ItemType]:
        """The types that the file defines, and those that it imports."""
        return self._imported | {name: self.type(name, item) for name, item in self._definitions.items()}

    def problem(self, rule: str, reason: str, remedy: str, element: etree._Element) -> None:
        """Notes a problem of an element, or of the nearest one around it that has an id."""
        self.problems.append(Problem(rule, reason, remedy, _id(element), _name(element), self.file))

    def expression(self, element: etree._Element | None, owner: etree._Element) -> Expression:
        """The FEEL expression in the `text` of an element; null when it is empty."""
        return self._compiled(element, owner, text_of(element) or "null", compile_expression)

    def tests(self, element: etree._Element | None, owner: etree._Element) -> UnaryTests:
        """The unary tests in the `text` of an element."""
        return self._compiled(element, owner, text_of(element), compile_unary_tests)

    def type(self, name: str | None, owner: etree._Element) -> ItemType:
        """The type that `typeRef` names."""
        if not name:
            return ANY
        short = name.strip().rpartition(":")[2].rpartition("}")[2]
        own = self._defined(short) if short in self._definitions else None
        found = own or self._imported.get(short) or builtin_type(short)
        if found is None:
            self.problem("type", f"There is no type “{name}”.", "Define it, or choose string, number, boolean, date, …", owner)
            return ANY
        return found

    def variable(self, element: etree._Element) -> tuple[str, ItemType]:
        """Name and type of what an element defines: those of its `variable`, else its own."""
        variable = child(element, "variable")
        named = element if variable is None else variable
        name = named.get("name") or element.get("name") or ""
        return name, self.type(named.get("typeRef"), named)

    def _compiled(
        self, element: etree._Element | None, owner: etree._Element, text: str, build: Callable[[str, Iterable[str]], E]
    ) -> E:
        where = owner if element is None else element
        language = where.get("expressionLanguage", "feel")
        if language.lower() != "feel" and "/FEEL/" not in language:
            self.problem("language", f"The language {language} is not supported.", "Write the expression in FEEL.", where)
            return build("null", ())
        try:
            return build(text, self.names)
        except ExpressionInvalid as error:
            self.problem("expression", f"“{text[:80]}”: {error}", "Correct the expression.", where)
            return build("null", ())

    def _defined(self, name: str) -> ItemType | None:
        if name in self._types:
            return self._types[name]
        element = self._definitions[name]
        if name in self._resolving or len(self._resolving) > DEEPEST_TYPES:
            self.problem("type", f"The type “{name}” is defined by itself.", "Remove the circle.", element)
            return ANY
        self._resolving.append(name)
        self._types[name] = self._item(element, name)
        self._resolving.pop()
        return self._types[name]

    def _item(self, element: etree._Element, name: str) -> ItemType:
        reference = child(element, "typeRef")
        written = (reference.text or "").strip() if reference is not None else ""
        of = self.type(written, element) if written else None
        components = tuple(
            (item.get("name", ""), self._item(item, item.get("name", ""))) for item in children(element, "itemComponent")
        )
        allowed, constraint = child(element, "allowedValues"), child(element, "typeConstraint")
        function = child(element, "functionItem")
        return ItemType(
            name,
            of.base if of is not None and not of.is_list else "Any",
            components,
            of if of is not None and (of.components or of.of or of.is_list or of.allowed or of.constraint) else None,
            element.get("isCollection") == "true",
            function is not None,
            self.tests(allowed, element) if allowed is not None else None,
            self.tests(constraint, element) if constraint is not None else None,
            self.type(function.get("outputTypeRef"), element) if function is not None else None,
        )


def _long_names(root: etree._Element) -> Iterable[str]:
    """The names that hold more than one word: only those need to be known to be recognised."""
    for element in root.iter():
        if local(element) in _NAMED:
            name = element.get("name", "")
            if name and not name.isidentifier():
                yield name


def _id(element: etree._Element | None) -> str:
    while element is not None:
        if element.get("id"):
            return str(element.get("id"))
        element = element.getparent()
    return ""


def _name(element: etree._Element | None) -> str:
    while element is not None:
        if element.get("name") or element.get("label"):
            return str(element.get("name") or element.get("label"))
        element = element.getparent()
    return ""
