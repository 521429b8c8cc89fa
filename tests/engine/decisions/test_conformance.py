"""The reader of compatibility test cases, with pairs of our own."""

from __future__ import annotations

from engine.decisions.conformance import CaseResult, run_cases
from tests.engine.decisions.drawn import decision, file, input_data, literal

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>{model}</modelName>{cases}</testCases>"""


def value(text, kind="decimal"):
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


def case(key, expected, result="d", **inputs):
    given = "".join(f'<inputNode name="{name}">{content}</inputNode>' for name, content in inputs.items())
    return f'<testCase id="{key}">{given}<resultNode name="{result}"><expected>{expected}</expected></resultNode></testCase>'


def run(folder, model, *cases):
    (folder / "model.dmn").write_bytes(model)
    (folder / "cases.xml").write_text(CASES.format(model="model.dmn", cases="".join(cases)), "utf-8")
    (folder / "other.xml").write_text("<other/>", "utf-8")
    return run_cases(folder)


def test_expected_values_of_every_kind_are_compared(tmp_path):
    model = file(decision("k", literal("x"), "input:i", name="d"), input_data("i", name="x"))
    kinds = {
        "number": value("1.50"),
        "text": value(" a ", "string"),
        "truth": value("true", "boolean"),
        "day": value("2026-05-04", "date"),
        "time": value("08:00:00Z", "time"),
        "moment": value("2026-05-04T08:00:00", "dateTime"),
        "duration": value("P1DT2H", "duration"),
        "list": f"<list><item>{value('1')}</item><item>{value('2')}</item></list>",
        "context": f'<component name="a">{value("1")}</component><component name="b"><list/></component>',
        "null": '<value xsi:nil="true"/>',
    }

    results = run(tmp_path, model, *(case(kind, content, x=content) for kind, content in kinds.items()))

    assert results == [CaseResult("cases.xml", kind, "d", "passed") for kind in kinds]


def test_numbers_are_compared_to_eight_places(tmp_path):
    model = file(decision("d", literal("1 / 3")))

    results = run(tmp_path, model, case("cut", value("0.33333333")), case("wrong", value("0.3333")))

    assert [result.status for result in results] == ["passed", "failed"]


def test_another_value_fails_and_is_told(tmp_path):
    model = file(decision("d", literal("[true, {a: 1}]")))
    wanted = f"<list><item>{value('1')}</item><item><component name='a'>{value('2')}</component></item></list>"

    (result,) = run(tmp_path, model, case("c", wanted))

    assert result == CaseResult("cases.xml", "c", "d", "failed", "[True, {'a': 1}] instead of [1, {'a': 2}]")


def test_an_error_stands_for_null(tmp_path):
    model = file(decision("d", literal("[1..2]")))

    results = run(tmp_path, model, case("null", '<value xsi:nil="true"/>'), case("one", value("1")))

    assert [(result.status, result.reason) for result in results] == [
        ("passed", ""),
        ("failed", "The step “d” failed: Its result cannot be kept: A range is not a JSON value."),
    ]


def test_what_is_not_supported_is_told(tmp_path):
    unknown = run(tmp_path, file(decision("d", literal("1"))), case("c", value("1"), result="other"))
    refused = run(tmp_path, file(decision("d", "")), case("c", value("1")))

    assert unknown == [CaseResult("cases.xml", "c", "other", "unsupported", "“other” is no decision or decision service.")]
    assert [(result.status, "has no logic" in result.reason) for result in refused] == [("unsupported", True)]
