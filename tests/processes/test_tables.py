"""Every decision table decides as its rows are written in the requirements, of which `expected_tables.json` is a copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.decisions import Decision, Decisions, read_decisions

PROCESSES = Path(__file__).parents[2] / "processes"
FILES = {path.stem: path for path in sorted(PROCESSES.rglob("*.dmn"))}
TABLES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "expected_tables.json").read_text(encoding="utf-8"))
ALONE = sorted(name for name, table in TABLES.items() if table["policy"] == "U")
PARAMETERS = {"PRM-MARGIN": 15, "PRM-ORD-APPR-AMT": 1_000_000}
LANGUAGES = {"en", "zh-Hans", "zh-Hant"}
UNLISTED = ("number", ["TRUE", "FALSE"])
LIMIT = re.compile(r"(<=|>=|<|>)(\d+(?:\.\d+)?)")
RANGE = re.compile(r"([\[(])(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)([\])])")
NUMBER = re.compile(r"\d+(?:\.\d+)?")

Facts = dict[str, Any]


def passes(cell: str, value: Any) -> bool:
    """Whether a value passes a cell as the requirements write it: `-`, `a|b`, `>=5`, `[1..3)`."""
    if cell == "-":
        return True
    if not isinstance(value, Decimal):
        return value in cell.split("|")
    if limit := LIMIT.fullmatch(cell):
        bound = Decimal(limit[2])
        return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[limit[1]]
    if within := RANGE.fullmatch(cell):
        low, high = Decimal(within[2]), Decimal(within[3])
        return low <= value <= high and (within[1] == "[" or value > low) and (within[4] == "]" or value < high)
    raise AssertionError(cell)


def samples(table: Mapping[str, Any], column: int, domain: Any) -> list[Any]:
    """Every value of a column; of numbers, each bound in it, what lies a hair to either side, and what lies far out."""
    if domain != "number":
        return list(domain)
    bounds = {Decimal(bound) for row, _, _ in table["rows"] for bound in NUMBER.findall(row[column])}
    near = {bound + step for bound in bounds for step in (Decimal("-0.01"), Decimal(0), Decimal("0.01"))}
    return sorted(near | {Decimal(-1), Decimal(0), Decimal(10_000_000)})


def combinations(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All combinations of what the inputs of a table may be."""
    columns = [samples(table, column, domain) for column, domain in enumerate(table["inputs"].values())]
    for values in product(*columns):
        yield dict(zip(table["inputs"], values, strict=True))


def written(table: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[int, ...]:
    """The rows that hit by their written cells, numbered from 1."""
    return tuple(
        number
        for number, (cells, _, _) in enumerate(table["rows"], 1)
        if all(passes(cell, value) for cell, value in zip(cells, values.values(), strict=True))
    )


def given(table: Mapping[str, Any], rows: tuple[int, ...]) -> Any:
    """What the table gives for the rows that hit."""
    results = [dict(zip(table["outputs"], table["rows"][number - 1][1], strict=True)) for number in rows]
    plain = [next(iter(result.values())) if len(result) == 1 else result for result in results]
    return plain if table["policy"] == "C" else plain[0] if plain else None


def facts(values: Mapping[str, Any]) -> Facts:
    """The same values as a case has them."""
    kinds: dict[Any, Any] = {"TRUE": True, "FALSE": False}
    return {name: float(value) if isinstance(value, Decimal) else kinds.get(value, value) for name, value in values.items()}


def read(name: str) -> Decisions:
    """The file of a table."""
    return read_decisions(FILES[name].read_bytes(), FILES[name].name)


def decision(name: str) -> Decision:
    """A table as it is drawn."""
    return read(name).decisions[name]


def differences(decisions: Decisions, name: str, parameters: Mapping[str, Any] = PARAMETERS) -> list[Facts]:
    """The facts for which a table gives something else than its written rows, or by other rows."""
    table, found = TABLES[name], []
    for values in combinations(table):
        outcome = decisions.evaluate(name, facts(values), {"parameter": parameters.__getitem__})
        rows = written(table, values)
        if (outcome.matched, outcome.value, outcome.diagnostics) != (rows, given(table, rows), ()):
            found.append(facts(values))
    return found


def test_each_table_is_in_a_file_of_its_name():
    ids = {name: [element.get("id") for element in etree.parse(path).iter("{*}decision")] for name, path in FILES.items()}

    assert ids == {name: [name] for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_decides_every_combination_as_it_is_written(name: str):
    assert differences(read(name), name) == []


@pytest.mark.parametrize("name", ALONE)
def test_the_written_rows_leave_no_gap_and_do_not_overlap(name: str):
    assert [values for values in combinations(TABLES[name]) if len(written(TABLES[name], values)) != 1] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_written_columns_and_names_the_source_of_every_row(name: str):
    table, drawn = TABLES[name], decision(name)

    assert (drawn.description, drawn.hit_policy) == (table["requirement"], table["policy"])
    assert [column.expression.text for column in drawn.inputs] == list(table["inputs"])
    assert [column.name for column in drawn.outputs] == table["outputs"]
    assert [rule.annotations for rule in drawn.rules] == [(source,) for _, _, source in table["rows"]]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_and_its_columns_have_names_in_three_languages(name: str):
    drawn = decision(name)

    assert [part.label for part in (*drawn.inputs, *drawn.outputs) if set(part.labels) != LANGUAGES] == []
    assert set(drawn.labels) == LANGUAGES


@pytest.mark.parametrize(
    ("name", "key"),
    [(name, key) for name, table in TABLES.items() for key, domain in table["inputs"].items() if domain not in UNLISTED],
)
def test_a_text_that_is_none_of_the_allowed_is_reported(name: str, key: str):
    values = {**facts(next(combinations(TABLES[name]))), key: "SOMETHING_ELSE"}

    outcome = read(name).evaluate(name, values, {"parameter": PARAMETERS.__getitem__})

    assert [note.partition(" is ")[0] for note in outcome.diagnostics] == [f"“{key}”"]


@pytest.mark.parametrize(
    ("name", "parameter", "values", "before", "after"),
    [
        pytest.param("price_check", "PRM-MARGIN", {"margin_pct": 14.99, "below_list": False}, "LOW_MARGIN", "OK", id="order price"),
        pytest.param(
            "quotation_approver",
            "PRM-MARGIN",
            {"final_quote": False, "margin_pct": 14.99, "discount_pct": 0},
            "GM",
            "supervisor",
            id="quotation",
        ),
        pytest.param(
            "order_final_approver",
            "PRM-ORD-APPR-AMT",
            {"order_class": "REGULAR_NO_STOCK", "amount_cny": 999_999.99, "price_result": "OK"},
            "none",
            "GM",
            id="amount",
        ),
    ],
)
def test_a_limit_follows_its_parameter(name: str, parameter: str, values: Facts, before: str, after: str):
    lowered = {**PARAMETERS, parameter: 10}

    results = [read(name).evaluate(name, values, {"parameter": known.__getitem__}).value for known in (PARAMETERS, lowered)]

    assert results == [before, after]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param(b"(30..60]", b"(30..60)", id="a bound left out"),
        pytest.param(b'"HOLD"', b'"OK"', id="another result"),
        pytest.param(b"&gt; 100", b"&gt; 101", id="another limit"),
        pytest.param(b'"A", "B"</text></inputEntry>', b'"A"</text></inputEntry>', id="a value forgotten"),
    ],
)
def test_a_table_that_decides_otherwise_is_found(right: bytes, wrong: bytes):
    content = FILES["credit_check"].read_bytes()
    assert right in content

    altered = read_decisions(content.replace(right, wrong), "credit_check.dmn")

    assert differences(altered, "credit_check") != []
