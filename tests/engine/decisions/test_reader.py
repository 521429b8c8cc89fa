"""Reading DMN files: labels in three languages, and everything that is refused."""

from __future__ import annotations

import pytest

from engine.decisions import read_decisions
from engine.errors import DrawingInvalid
from tests.engine.decisions.drawn import NAMESPACE, decision, file, input_data, literal, read, table


def problems(*elements):
    with pytest.raises(DrawingInvalid) as caught:
        read(*elements)
    return [(problem.rule, problem.element, problem.reason) for problem in caught.value.problems]


def test_every_problem_is_told_at_once():
    found = problems(
        decision("d", table("UNIQUE", ["x: number", "y: tall"], ['o ["A"]'], "1 2 | - => 'B'".replace("'", '"'), "< | - => if")),
        decision("e", literal("a ==")),
    )

    assert found == [
        ("type", "i2", "There is no type “tall”."),
        ("expression", "r1i1", "“1 2”: Line 1, column 3: An operator or the end was expected, not “2”."),
        ("allowed", "r1o1", 'Rule 1 gives "B", which is none of "A".'),
        ("expression", "r2i1", "“<”: Line 1, column 2: A value was expected, not the end."),
        ("expression", "r2o1", "“if”: Line 1, column 3: A value was expected, not the end."),
        ("expression", "e", "“a ==”: Line 1, column 3: “==” does not belong here. FEEL compares with “=”."),
    ]


REFUSED = {
    "a decision without logic": ([decision("d", "")], ("empty", "d", "“d” has no logic.")),
    "an unknown hit policy": ([decision("d", table("BEST", ["x"], ["o"]))], ("policy", "table", "There is no hit policy BEST.")),
    "priority without ranks": (
        [decision("d", table("PRIORITY", ["x"], ["o"]))],
        ("policy", "table", "PRIORITY needs the order of the outputs."),
    ),
    "a sum of two outputs": (
        [decision("d", table("COLLECT+SUM", ["x"], ["o", "p"]))],
        ("policy", "table", "SUM needs exactly one output."),
    ),
    "a table without outputs": ([decision("d", table("UNIQUE", ["x"], []))], ("shape", "table", "The table has no output.")),
    "outputs of the same name": (
        [decision("d", table("UNIQUE", ["x"], ["o", "o"]))],
        ("shape", "table", "The outputs have no names of their own."),
    ),
    "a missing cell": (
        [decision("d", table("UNIQUE", ["x", "y"], ["o"], "1 => 2"))],
        ("shape", "r1", "Rule 1 has 1 + 1 cells for 2 + 1 columns."),
    ),
    "an input without expression": (
        [decision("d", table("UNIQUE", [""], ["o"]))],
        ("empty", "i1", "An input has no expression."),
    ),
    "another language": (
        [decision("d", '<literalExpression id="l" expressionLanguage="javascript"><text>1</text></literalExpression>')],
        ("language", "l", "The language javascript is not supported."),
    ),
    "a Java function": (
        ['<businessKnowledgeModel id="k" name="k"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>'],
        ("unsupported", "k", "“k” is written in Java."),
    ),
    "an import of types": (
        ['<import namespace="x" name="x" importType="http://www.w3.org/2001/XMLSchema"/>'],
        ("unsupported", "file", "Only decisions can be imported."),
    ),
    "a missing reference": (
        [decision("d", literal("1"), "decision:gone")],
        ("reference", "d", "#gone is not in this file."),
    ),
    "an id twice": ([decision("d", literal("1")), input_data("d")], ("unique", "d", "The id is there twice.")),
    "a decision that needs itself": (
        [decision("d", literal("1"), "decision:e"), decision("e", literal("1"), "decision:d")],
        ("circle", "d", "It needs itself."),
    ),
    "a type that needs itself": (
        ['<itemDefinition id="t" name="t"><itemComponent name="x"><typeRef>t</typeRef></itemComponent></itemDefinition>',
         decision("d", literal("1"), type_="t")],
        ("type", "t", "The type “t” is defined by itself."),
    ),
    "a ragged relation": (
        [decision("d", f"<relation id='l'><column name='a'/><row id='w'>{literal('1')}{literal('2')}</row></relation>")],
        ("shape", "w", "A row has 2 cells for 1 columns."),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("elements", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_run_is_refused(elements, problem):
    assert problem in problems(*elements)


BILLION = '<!DOCTYPE a [<!ENTITY x "y">]>'
HOSTILE = {
    "no XML": (b"decision", "Line 1:"),
    "no DMN": (b"<definitions/>", "The file is not DMN 1.1 to 1.5."),
    "BPMN": (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "The file is not DMN 1.1 to 1.5."),
    "a DOCTYPE": (BILLION.encode() + file(), "The file has a DOCTYPE."),
    "an external DOCTYPE": (b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + file(), "The file has a DOCTYPE."),
    "another encoding": ('<?xml version="1.0" encoding="utf-16"?>'.encode("utf-16") + file(), "The file is not UTF-8 text"),
    "too much": (b" " * 1_000_001, "The file is larger than 1 MB."),
    "too deep": (file("<list>" * 100 + "</list>" * 100), "nested too deep"),
    "too many": (file("<a/>" * 60_000), "too many elements"),
}


@pytest.mark.parametrize(("content", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(content, reason):
    with pytest.raises(DrawingInvalid) as caught:
        read_decisions(content, "test.dmn")

    (problem,) = caught.value.problems
    assert (problem.rule, problem.file) == ("readable", "test.dmn")
    assert reason in problem.reason


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_of_dmn_is_read(namespace):
    content = file(decision("d", literal("1 + 1"))).replace(NAMESPACE.encode(), namespace.encode())

    assert read_decisions(content).evaluate("d", {}).value == 2


def translation(language, text):
    namespace = "http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0"
    return f'<i18n:translation xmlns:i18n="{namespace}" xml:lang="{language}">{text}</i18n:translation>'


def test_labels_are_read_in_three_languages():
    words = f"<extensionElements>{translation('zh-Hans', '订单')}{translation('zh-Hant', '訂單')}</extensionElements>"
    column = f'<input id="i" label="Order">{words}<inputExpression><text>x</text></inputExpression></input>'
    found = read(
        f'<decision id="d" name="Class">{words}<question>Which?</question><decisionTable id="t">{column}'
        f'<output id="o" label="Class" name="class">{words}</output><annotation name="Source"/>'
        "<rule id='r'><description>QH-7</description><inputEntry><text>-</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry><annotationEntry><text>S 004</text></annotationEntry></rule>"
        "</decisionTable></decision>"
    ).decisions["d"]

    assert found.labels == {"en": "Class", "zh-Hans": "订单", "zh-Hant": "訂單"}
    assert found.inputs[0].labels == {"en": "Order", "zh-Hans": "订单", "zh-Hant": "訂單"}
    assert found.outputs[0].labels == {"en": "Class", "zh-Hans": "订单", "zh-Hant": "訂單"}
    assert (found.name, found.question, found.rules[0].annotations) == ("Class", "Which?", ("S 004", "QH-7"))
