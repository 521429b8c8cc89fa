"""Reads decision tables."""

from __future__ import annotations

from lxml import etree

from engine.decisions.reading import Reading
from engine.decisions.tables import AGGREGATIONS, POLICIES, Input, Output, Rule, Table
from engine.decisions.xml import child, children, labels, text_of
from engine.feel.expressions import Expression, UnaryTests
from engine.feel.syntax import Literal


def read_table(reading: Reading, element: etree._Element, name: str) -> Table:
    """A decision table; every cell is parsed."""
    inputs = tuple(_input(reading, item) for item in children(element, "input"))
    outputs = tuple(_output(reading, item) for item in children(element, "output"))
    rules = tuple(_rule(reading, item, number, (len(inputs), outputs)) for number, item in enumerate(children(element, "rule"), 1))
    policy = _policy(reading, element, outputs)
    if not outputs:
        reading.problem("shape", "The table has no output.", "Add an output column.", element)
    if len(outputs) > 1 and len({output.name for output in outputs} - {""}) < len(outputs):
        reading.problem("shape", "The outputs have no names of their own.", "Name every output differently.", element)
    annotations = tuple(item.get("name", "") for item in children(element, "annotation"))
    return Table(element.get("id", ""), name, policy, inputs, outputs, rules, annotations)


def _policy(reading: Reading, element: etree._Element, outputs: tuple[Output, ...]) -> str:
    written, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation")
    policy = POLICIES.get(written)
    if policy is None or (aggregation is not None and aggregation not in AGGREGATIONS):
        reading.problem(
            "policy", f"There is no hit policy {written} {aggregation or ''}.".replace(" .", "."), "Choose another.", element
        )
        return "U"
    if policy in {"P", "O"} and not any(output.ranks for output in outputs):
        reading.problem(
            "policy",
            f"{written} needs the order of the outputs.",
            "List the allowed values of an output, the most important first.",
            element,
        )
    if policy != "C" or aggregation is None:
        return policy
    if len(outputs) > 1 and aggregation != "COUNT":
        reading.problem("policy", f"{aggregation} needs exactly one output.", "Remove the others, or collect without it.", element)
    return policy + AGGREGATIONS[aggregation]


def _input(reading: Reading, element: etree._Element) -> Input:
    inside = child(element, "inputExpression")
    if not text_of(inside):
        reading.problem("empty", "An input has no expression.", "Say which variable the column tests.", element)
    expression = reading.expression(inside, element)
    label = element.get("label") or expression.text
    wanted = reading.type(inside.get("typeRef") if inside is not None else None, element)
    return Input(
        element.get("id", ""), label, labels(element, label), expression, wanted, _allowed(reading, element, "inputValues")
    )


def _output(reading: Reading, element: etree._Element) -> Output:
    name = element.get("name", "")
    label = element.get("label") or name
    allowed = _allowed(reading, element, "outputValues")
    default = child(element, "defaultOutputEntry")
    return Output(
        element.get("id", ""),
        name,
        label,
        labels(element, label),
        reading.type(element.get("typeRef"), element),
        allowed,
        _ranks(allowed),
        reading.expression(default, element) if default is not None and text_of(default) else None,
    )


def _allowed(reading: Reading, element: etree._Element, part: str) -> UnaryTests | None:
    inside = child(element, part)
    return reading.tests(inside, element) if inside is not None and text_of(inside) else None


def _ranks(allowed: UnaryTests | None) -> tuple[Expression, ...]:
    """The allowed values one by one, as far as they are values and not ranges."""
    if allowed is None or allowed.node.negated:
        return ()
    return tuple(Expression(allowed.text, test) for test in allowed.node.tests if isinstance(test, Literal))


def _rule(reading: Reading, element: etree._Element, number: int, shape: tuple[int, tuple[Output, ...]]) -> Rule:
    width, columns = shape
    cells, given = list(children(element, "inputEntry")), list(children(element, "outputEntry"))
    if len(cells) != width or len(given) != len(columns):
        reading.problem(
            "shape",
            f"Rule {number} has {len(cells)} + {len(given)} cells for {width} + {len(columns)} columns.",
            "Fill every cell.",
            element,
        )
        return Rule(number, element.get("id", ""), (), (), ())
    tests = tuple(reading.tests(cell, element) for cell in cells)
    outputs = tuple(reading.expression(cell, element) for cell in given)
    for cell, output, expression in zip(given, columns, outputs, strict=True):
        _check_value(reading, cell, output, (number, expression))
    notes = [text_of(item) for item in children(element, "annotationEntry")]
    description = child(element, "description")
    if description is not None and (description.text or "").strip():
        notes.append((description.text or "").strip())
    return Rule(number, element.get("id", ""), tests, outputs, tuple(notes))


def _check_value(reading: Reading, cell: etree._Element, output: Output, given: tuple[int, Expression]) -> None:
    """An output that is written down must be an allowed one."""
    number, expression = given
    if output.allowed is None or not isinstance(expression.node, Literal) or expression.node.value is None:
        return
    if output.allowed.evaluate(expression.node.value, {}).value is False:
        reading.problem(
            "allowed",
            f"Rule {number} gives {expression.text}, which is none of {output.allowed.text}.",
            "Correct the cell, or allow the value.",
            cell,
        )
