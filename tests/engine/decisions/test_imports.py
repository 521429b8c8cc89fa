"""Decisions, knowledge, types and input data of another file, seen under the name of the import."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions import Decisions, imports_of, namespace_of, read_decisions
from engine.errors import DrawingInvalid
from tests.engine.decisions.drawn import NAMESPACE, decision, input_data, literal, table


def model(namespace: str, *elements: str, imports: dict[str, str] | None = None) -> bytes:
    """A file with a namespace, and imports by name."""
    lines = [f'<import name="{name}" namespace="{there}" importType="{NAMESPACE}"/>' for name, there in (imports or {}).items()]
    inside = "\n".join([*lines, *elements])
    return f'<definitions xmlns="{NAMESPACE}" id="f" name="F" namespace="{namespace}">{inside}</definitions>'.encode()


KNOWLEDGE = """<businessKnowledgeModel id="tax" name="with tax"><variable name="with tax"/><encapsulatedLogic>
<formalParameter name="sum" typeRef="number"/><literalExpression><text>sum * (1 + rate / 100)</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>"""
TYPES = (
    '<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'
)
COMMON = model(
    "urn:common",
    TYPES,
    KNOWLEDGE,
    input_data("points", "number"),
    decision("grade", table("FIRST", ["points: number"], ["g: string"], '>= 50 => "A"', '- => "B"', key="grades"), "input:points"),
    decision("base", literal("100")),
)


def price(*needs: str, text: str, type_: str = "") -> bytes:
    return model("urn:price", decision("price", literal(text), *needs, type_=type_), imports={"Common": "urn:common"})


def made(content: bytes, models: dict[str, bytes], **facts: Any) -> Any:
    return read_decisions(content, "price.dmn", models).evaluate("price", facts)


def read(content: bytes, **models: bytes) -> Decisions:
    return read_decisions(content, "price.dmn", {f"urn:{name}": there for name, there in models.items()})


def reasons(content: bytes, **models: bytes) -> list[tuple[str, str]]:
    with pytest.raises(DrawingInvalid) as caught:
        read(content, **models)
    return [(problem.rule, problem.reason) for problem in caught.value.problems]


def test_an_imported_decision_is_made_and_seen_under_the_name_of_the_import() -> None:
    content = price("decision:urn:common#grade", text='if Common.grade = "A" then 1 else 2')

    outcome = made(content, {"urn:common": COMMON}, points=60)

    assert outcome.value == 1
    assert [(hit.table, hit.matched) for hit in outcome.trail] == [("grades", (1,))]


def test_imported_knowledge_is_called_with_its_own_variables() -> None:
    content = price("knowledge:urn:common#tax", "decision:urn:common#base", text="Common.with tax(Common.base)")

    assert made(content, {"urn:common": COMMON}, rate=13).value == 113


def test_an_imported_type_is_checked() -> None:
    content = price(text="given", type_="Common.tGrade")

    assert made(content, {"urn:common": COMMON}, given="A").value == "A"
    assert made(content, {"urn:common": COMMON}, given="C").value is None


def test_imported_input_data_is_told_by_its_own_name() -> None:
    content = price("input:urn:common#points", text="Common.points + 1")

    assert made(content, {"urn:common": COMMON}, points=4).value == 5


def test_imports_go_on_over_several_files() -> None:
    middle = model("urn:middle", decision("double", literal("C.base * 2"), "decision:urn:common#base"), imports={"C": "urn:common"})
    content = model(
        "urn:price", decision("price", literal("M.double + 1"), "decision:urn:middle#double"), imports={"M": "urn:middle"}
    )
    models = {"urn:middle": middle, "urn:common": COMMON}

    assert made(content, models).value == 201


def test_what_must_be_told_includes_what_imported_decisions_read() -> None:
    content = price("decision:urn:common#grade", text="[Common.grade, extra]")

    assert read(content, common=COMMON).facts("price") == {"points", "extra"}
    only = price("input:urn:common#points", text="Common.points + 1")
    assert read(only, common=COMMON).facts("price") == {"points"}


def test_a_file_tells_its_namespace_and_what_it_imports() -> None:
    content = price(text="1")

    assert (namespace_of(content, ""), imports_of(content, ""), imports_of(COMMON, "")) == ("urn:price", ["urn:common"], [])


def test_what_cannot_be_imported_is_refused() -> None:
    circle = model("urn:common", decision("base", literal("1")), imports={"P": "urn:price"})
    unknown = price("decision:urn:common#gone", text="1")

    assert reasons(price(text="1")) == [("reference", "There is no file with the namespace “urn:common”.")]
    assert reasons(price(text="1"), common=circle) == [("circle", "“urn:price” imports itself.")]
    twice = model("urn:price", decision("price", literal("1")), imports={"A": "urn:common", "B": "urn:common"})
    assert reasons(twice, common=COMMON) == [("unique", "“urn:common” is imported twice.")]
    assert reasons(unknown, common=COMMON) == [("reference", "urn:common#gone is not in this file.")]


def test_what_an_import_without_a_name_brings_is_seen_like_ones_own() -> None:
    needs = ("decision:base", "knowledge:urn:common#tax", "decision:grade")
    content = model(
        "urn:price", decision("price", literal("[with tax(base), grade]"), *needs, type_=""), imports={"": "urn:common"}
    )

    assert made(content, {"urn:common": COMMON}, rate=13, points=10).value == [113, "B"]


def test_of_two_things_of_one_name_the_files_own_stands_then_the_first_import() -> None:
    other = model("urn:other", decision("base", literal("200")), decision("extra", literal("7")))
    own = decision("price", literal("[base, extra]"), "decision:base", "decision:extra")
    models = {"urn:common": COMMON, "urn:other": other}

    first = model("urn:price", own, imports={"": "urn:common"}).replace(
        b"<decision", f'<import name="" namespace="urn:other" importType="{NAMESPACE}"/><decision'.encode(), 1
    )
    kept = first.replace(b"</definitions>", decision("base", literal("1")).encode() + b"</definitions>")

    assert made(first, models).value == [100, 7]
    assert made(kept, models).value == [1, 7]
