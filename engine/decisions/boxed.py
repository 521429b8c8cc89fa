"""Reads boxed expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from lxml import etree

from engine.decisions.logic import (
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    FunctionDefinition,
    Invocation,
    Literal,
    Logic,
    Loop,
    Relation,
    Typed,
)
from engine.decisions.reading import Reading
from engine.decisions.table_reader import read_table
from engine.decisions.tables import Table
from engine.decisions.xml import child, children, local
from engine.feel.expressions import compile_expression

_NOTHING = Literal(compile_expression("null"))


def read_logic(reading: Reading, owner: etree._Element, name: str) -> Logic:
    """The boxed expression inside an element."""
    element = child(owner, *_READERS)
    if element is None:
        reading.problem("empty", f"“{name}” has no logic.", "Give it a decision table or an expression.", owner)
        return _NOTHING
    return _typed(reading, element, _READERS[local(element)](reading, element, name))


def read_function(reading: Reading, element: etree._Element, name: str) -> FunctionDefinition:
    """A function definition, boxed or of a business knowledge model."""
    if element.get("kind", "FEEL") not in {"FEEL", "feel:FEEL"}:
        reading.problem("unsupported", f"“{name}” is written in {element.get('kind')}.", "Write the function in FEEL.", element)
        return FunctionDefinition(name, (), _NOTHING)
    parameters = tuple(
        (item.get("name", ""), reading.type(item.get("typeRef"), item)) for item in children(element, "formalParameter")
    )
    return FunctionDefinition(name, parameters, read_logic(reading, element, name))


def _typed(reading: Reading, element: etree._Element, logic: Logic) -> Logic:
    """The logic with the type that its element asks for; tables see to their own, functions to what they give."""
    if not element.get("typeRef") or isinstance(logic, Table):
        return logic
    if isinstance(logic, FunctionDefinition):
        given = reading.type(element.get("typeRef"), element).result
        return replace(logic, result=given) if given else logic
    return Typed(logic, reading.type(element.get("typeRef"), element))


def _literal(reading: Reading, element: etree._Element, name: str) -> Logic:
    if child(element, "importedValues") is not None:
        reading.problem("unsupported", "Imported values are not supported.", "Write the values into the table.", element)
        return _NOTHING
    return Literal(reading.expression(element, element))


def _context(reading: Reading, element: etree._Element, name: str) -> Logic:
    entries = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        key, wanted = reading.variable(entry) if variable is not None else ("", reading.type(None, entry))
        entries.append((key, wanted, read_logic(reading, entry, key or name)))
    return BoxedContext(tuple(entries))


def _list(reading: Reading, element: etree._Element, name: str) -> Logic:
    return BoxedList(tuple(_READERS[local(item)](reading, item, name) for item in children(element, *_READERS)))


def _relation(reading: Reading, element: etree._Element, name: str) -> Logic:
    columns = tuple(column.get("name", "") for column in children(element, "column"))
    rows = []
    for row in children(element, "row"):
        cells = tuple(_READERS[local(cell)](reading, cell, name) for cell in children(row, *_READERS))
        if len(cells) == len(columns):
            rows.append(cells)
        else:
            reading.problem("shape", f"A row has {len(cells)} cells for {len(columns)} columns.", "Fill every cell.", row)
    return Relation(columns, tuple(rows))


def _invocation(reading: Reading, element: etree._Element, name: str) -> Logic:
    bindings = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        bindings.append((parameter.get("name", "") if parameter is not None else "", read_logic(reading, binding, name)))
    return Invocation(read_logic(reading, element, name), tuple(bindings))


def _conditional(reading: Reading, element: etree._Element, name: str) -> Logic:
    return Conditional(*(_inside(reading, element, part, name) for part in ("if", "then", "else")))


def _filter(reading: Reading, element: etree._Element, name: str) -> Logic:
    return BoxedFilter(_inside(reading, element, "in", name), _inside(reading, element, "match", name))


def _loop(reading: Reading, element: etree._Element, name: str) -> Logic:
    kind = local(element)
    body = "return" if kind == "for" else "satisfies"
    variable = element.get("iteratorVariable", "")
    return Loop(kind, variable, _inside(reading, element, "in", name), _inside(reading, element, body, name))


def _inside(reading: Reading, element: etree._Element, part: str, name: str) -> Logic:
    inside = child(element, part)
    if inside is None:
        reading.problem("empty", f"“{name}” lacks its part “{part}”.", "Fill it in.", element)
        return _NOTHING
    return read_logic(reading, inside, name)


_READERS: Mapping[str, Callable[[Reading, etree._Element, str], Logic]] = {
    "literalExpression": _literal,
    "decisionTable": read_table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _loop,
    "some": _loop,
    "every": _loop,
}
