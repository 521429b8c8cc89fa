"""DMN files for tests, written shortly."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from engine.decisions import Decisions, read_decisions

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def read(*elements: str) -> Decisions:
    """The decisions of a file with these elements."""
    return read_decisions(file(*elements), "test.dmn")


def file(*elements: str) -> bytes:
    """A file with these elements."""
    inside = "\n".join(elements)
    return f'<definitions xmlns="{NAMESPACE}" id="file" name="Test" namespace="test">{inside}</definitions>'.encode()


def decision(key: str, logic: str, *needs: str, type_: str = "", name: str = "") -> str:
    """A decision; needs are `input:id`, `decision:id` or `knowledge:id`, with `namespace#` before the id of what is imported."""
    variable = f"<variable name={quoteattr(name or key)}{f' typeRef={quoteattr(type_)}' if type_ else ''}/>"
    return f"<decision id={quoteattr(key)} name={quoteattr(name or key)}>{variable}{''.join(map(_need, needs))}{logic}</decision>"


def input_data(key: str, type_: str = "", name: str = "") -> str:
    """Input data."""
    written = f" typeRef={quoteattr(type_)}" if type_ else ""
    return f'<inputData id="{key}" name={quoteattr(name or key)}><variable name={quoteattr(name or key)}{written}/></inputData>'


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(policy: str, inputs: Sequence[str], outputs: Sequence[str], *rules: str, key: str = "table") -> str:
    """A decision table: columns `name: type [allowed values] = default of an output`, rules `cell | cell => cell | cell`."""
    hit, _, aggregation = policy.partition("+")
    written = f' aggregation="{aggregation}"' if aggregation else ""
    columns = "".join(_input(column, index) for index, column in enumerate(inputs, 1))
    given = "".join(_output(column, index) for index, column in enumerate(outputs, 1))
    rows = "".join(_rule(rule, index) for index, rule in enumerate(rules, 1))
    return f'<decisionTable id="{key}" hitPolicy="{hit}"{written}>{columns}{given}{rows}</decisionTable>'


def _need(need: str) -> str:
    kind, _, key = need.partition(":")
    outer, inner = {
        "input": ("informationRequirement", "requiredInput"),
        "decision": ("informationRequirement", "requiredDecision"),
        "knowledge": ("knowledgeRequirement", "requiredKnowledge"),
    }[kind]
    return f'<{outer}><{inner} href="{key if "#" in key else f"#{key}"}"/></{outer}>'


def _column(column: str) -> tuple[str, str, str, str]:
    column, _, default = column.partition(" = ")
    column, _, allowed = column.partition(" [")
    name, _, type_ = column.partition(": ")
    return name, f' typeRef="{type_}"' if type_ else "", allowed.removesuffix("]"), default


def _text(name: str, text: str) -> str:
    return f"<{name}><text>{escape(text)}</text></{name}>" if text else ""


def _input(column: str, index: int) -> str:
    name, type_, allowed, _ = _column(column)
    expression = f"<inputExpression{type_}><text>{escape(name)}</text></inputExpression>"
    return f'<input id="i{index}">{expression}{_text("inputValues", allowed)}</input>'


def _output(column: str, index: int) -> str:
    name, type_, allowed, default = _column(column)
    inside = _text("outputValues", allowed) + _text("defaultOutputEntry", default)
    return f'<output id="o{index}" name="{name}"{type_}>{inside}</output>'


def _rule(rule: str, number: int) -> str:
    cells, _, given = rule.partition(" => ")
    tests = "".join(f'<inputEntry id="r{number}i{i}"><text>{escape(c.strip())}</text></inputEntry>' for i, c in _cells(cells))
    values = "".join(f'<outputEntry id="r{number}o{i}"><text>{escape(c.strip())}</text></outputEntry>' for i, c in _cells(given))
    return f'<rule id="r{number}">{tests}{values}</rule>'


def _cells(row: str) -> list[tuple[int, str]]:
    return list(enumerate(row.split(" | "), 1))
