"""Requirement graphs, knowledge, services, boxed expressions, item definitions."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest

from engine.errors import DecisionFailed, NotFound
from tests.engine.decisions.drawn import decision, input_data, literal, read, table

ADULT = "<itemDefinition name='tAge'><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>"
PERSON = (
    "<itemDefinition name='tPerson'>"
    "<itemComponent name='full name'><typeRef>string</typeRef></itemComponent>"
    "<itemComponent name='age'><typeRef>tAge</typeRef></itemComponent>"
    "<itemComponent name='born'><typeRef>date</typeRef></itemComponent>"
    "</itemDefinition>"
)
PEOPLE = "<itemDefinition name='tPeople' isCollection='true'><typeRef>tPerson</typeRef></itemDefinition>"


def value_of(logic, scope=None, *, needs=(), others=()):
    return read(decision("d", logic, *needs), *others).evaluate("d", scope or {}).value


def entry(name, logic, type_=""):
    variable = f'<variable name="{name}"{f" typeRef={chr(34)}{type_}{chr(34)}" if type_ else ""}/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def row(*cells):
    return f"<row>{''.join(map(literal, cells))}</row>"


def knowledge(key, parameters, body, *needs):
    names = "".join(f'<formalParameter name="{name}"/>' for name in parameters)
    inside = f'<variable name="{key}"/><encapsulatedLogic>{names}{body}</encapsulatedLogic>'
    requirements = "".join(f'<knowledgeRequirement><requiredKnowledge href="#{need}"/></knowledgeRequirement>' for need in needs)
    return f'<businessKnowledgeModel id="{key}" name="{key}">{inside}{requirements}</businessKnowledgeModel>'


def invocation(function, **arguments):
    bindings = "".join(f'<binding><parameter name="{name}"/>{literal(text)}</binding>' for name, text in arguments.items())
    return f"<invocation>{literal(function)}{bindings}</invocation>"


BOXED = {
    "a context": ("<context>" + entry("a", literal("x")) + entry("b", literal("a + 1")) + "</context>", {"a": 2, "b": 3}),
    "a context with a result": ("<context>" + entry("a", literal("x")) + entry("", literal("a * 10")) + "</context>", 20),
    "a list": (f"<list>{literal('x')}{literal('x + 1')}</list>", [2, 3]),
    "a relation": (
        f"<relation><column name='a'/><column name='b'/>{row('1', 'x')}{row('2', 'null')}</relation>",
        [{"a": 1, "b": 2}, {"a": 2, "b": None}],
    ),
    "a function in a context": (
        "<context>"
        + entry("f", f"<functionDefinition><formalParameter name='n' typeRef='number'/>{literal('n * x')}</functionDefinition>")
        + entry("", literal("f(5)"))
        + "</context>",
        10,
    ),
    "if": (f"<conditional><if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", 1),
    "filter": (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item >= x')}</match></filter>", [2, 3]),
    "filter by number": (f"<filter><in>{literal('[7, 8]')}</in><match>{literal('x')}</match></filter>", 8),
    "for in a list": (f"<for iteratorVariable='i'><in>{literal('[1, 3]')}</in><return>{literal('i * x')}</return></for>", [2, 6]),
    "some": (f"<some iteratorVariable='i'><in>{literal('[1, 3]')}</in><satisfies>{literal('i > x')}</satisfies></some>", True),
    "every": (f"<every iteratorVariable='i'><in>{literal('[1, 3]')}</in><satisfies>{literal('i > x')}</satisfies></every>", False),
    "a table in a context": ("<context>" + entry("a", table("UNIQUE", ["x"], ["o"], "2 => 5")) + "</context>", {"a": 5}),
}


@pytest.mark.parametrize(("logic", "value"), BOXED.values(), ids=BOXED)
def test_a_boxed_expression_has_a_value(logic, value):
    assert value_of(logic, {"x": 2}) == value


def test_what_a_decision_requires_is_decided_first_and_once():
    calls = []
    found = read(
        decision("total", literal("base + surcharge"), "decision:base", "decision:surcharge"),
        decision("base", literal("price(order.qty)"), "input:order"),
        decision("surcharge", table("UNIQUE", ["base", "order.rush"], ["o"], "> 100 | true => base * 0.1", "- | false => 0"),
                 "decision:base", "input:order"),
        input_data("order"),
    )  # fmt: skip

    outcome = found.evaluate("total", {"order": {"qty": 30, "rush": True}}, {"price": lambda n: calls.append(n) or n * 4})

    assert (outcome.value, len(calls)) == (132, 1)
    assert [(hit.table, hit.matched) for hit in outcome.trail] == [("table", (1,))]


def test_variables_may_have_spaces_and_operators_in_their_names():
    found = read(
        decision("d1", literal("Pre-bureau risk + applicant age"), "decision:d2", "input:i1"),
        decision("d2", literal("applicant age * 2"), "input:i1", name="Pre-bureau risk"),
        input_data("i1", name="applicant age"),
    )

    assert found.evaluate("d1", {"applicant age": 3}).value == 9


def test_knowledge_is_called_like_a_function_and_invoked():
    rate = knowledge("rate", ["amount"], table("FIRST", ["amount"], ["o"], "> 100 => 0.2", "- => 0.1"))
    fee = knowledge("fee", ["amount", "extra"], literal("amount * rate(amount) + extra"), "rate")

    called = literal("fee(x, 1)")
    invoked = invocation("fee", extra="1", amount="x")

    assert value_of(called, {"x": 200}, needs=["knowledge:fee"], others=[rate, fee]) == 41
    assert value_of(invoked, {"x": 50}, needs=["knowledge:fee"], others=[rate, fee]) == 6


def test_knowledge_that_is_not_required_is_not_seen():
    rate = knowledge("rate", ["amount"], literal("amount"))

    assert value_of(literal("rate(1)"), others=[rate]) is None


def test_a_decision_service_is_a_function_of_its_inputs():
    service = (
        '<decisionService id="s" name="approve"><outputDecision href="#inner"/><encapsulatedDecision href="#half"/>'
        '<inputData href="#amount"/></decisionService>'
    )
    others = [
        service,
        input_data("amount"),
        decision("half", literal("amount / 2"), "input:amount"),
        decision("inner", table("UNIQUE", ["half"], ["o"], "> 5 => 'yes'".replace("'", '"'), "<= 5 => 'no'".replace("'", '"')),
                 "decision:half"),
    ]  # fmt: skip

    assert value_of(literal("[approve(12), approve(amount: 4)]"), needs=["knowledge:s"], others=others) == ["yes", "no"]


def test_a_decision_service_is_asked_like_a_decision():
    found = read(
        '<decisionService id="s" name="s"><variable name="s" typeRef="number"/><outputDecision href="#out"/>'
        '<inputDecision href="#half"/><inputData href="#amount"/></decisionService>',
        input_data("amount"),
        decision("half", literal("amount / 2"), "input:amount"),
        decision("out", literal("half + amount"), "input:amount", "decision:half"),
    )

    assert found.evaluate("s", {"amount": 4, "half": 100}).value == 104
    assert found.evaluate("out", {"amount": 4, "half": 100}).value == 6
    assert found.evaluate("s", {"half": 100}).value is None


@pytest.mark.parametrize(("text", "value"), [("10", 10), ("[10]", 10), ('"ten"', None), ("[1, 2]", None)])
def test_an_expression_with_a_type_gives_that_type_or_null(text, value):
    assert value_of(f'<literalExpression typeRef="number"><text>{escape(text)}</text></literalExpression>') == value


@pytest.mark.parametrize(
    ("person", "value"),
    [
        ({"full name": "A", "age": 20, "born": "2006-01-01"}, "A 2006"),
        ({"full name": "A", "age": 200, "born": "2006-01-01"}, None),
        ({"full name": 1, "age": 20, "born": "2006-01-01"}, None),
        ({"full name": "A", "age": 20, "born": "soon"}, None),
        ({"full name": "A", "age": None, "born": "2006-01-01"}, "A 2006"),
        ("A", None),
    ],
    ids=["fits", "not allowed", "wrong kind", "no date", "null fits", "no context"],
)
def test_facts_are_fitted_to_their_item_definition(person, value):
    logic = literal('p.full name + " " + string(p.born.year)')

    assert value_of(logic, {"p": person}, needs=["input:i"], others=[ADULT, PERSON, input_data("i", "tPerson", "p")]) == value


def test_a_single_item_stands_for_a_list_of_its_type():
    person = {"full name": "A", "age": 20, "born": "2006-01-01"}

    value = value_of(literal("people.age"), {"people": person}, needs=["input:people"],
                     others=[ADULT, PERSON, PEOPLE, input_data("people", "tPeople")])  # fmt: skip

    assert value == [20]


def test_a_result_of_another_type_is_null_and_told():
    outcome = read(decision("d", literal('"text"'), type_="number")).evaluate("d", {})

    assert (outcome.value, outcome.diagnostics) == (None, ("“d” is not of the type number, but a string.",))


def test_the_clock_is_handed_in():
    now = datetime(2026, 5, 4, tzinfo=UTC)

    assert read(decision("d", literal("today()"))).evaluate("d", {}, {}, now).value == "2026-05-04"


def test_an_unknown_decision_is_not_found():
    with pytest.raises(NotFound, match="There is no decision “x”"):
        read(decision("d", literal("1"))).evaluate("x", {})


def test_knowledge_that_calls_itself_fails_with_its_limit():
    body = literal("loop(n, loop)")
    found = read(decision("d", literal("again(1, again)"), "knowledge:again"), knowledge("again", ["n", "loop"], body))

    with pytest.raises(DecisionFailed, match="too deep"):
        found.evaluate("d", {})


def test_what_a_decision_reads_is_known():
    boxed = "<context>" + entry("k", literal("z")) + entry("l", literal("k + w")) + "</context>"
    found = read(
        decision("a", table("UNIQUE", ["x.y", "b"], ["o = fallback"], "> floor | - => rate(2)"), "decision:b", "knowledge:rate"),
        decision("b", boxed, "knowledge:rate"),
        knowledge("rate", ["n"], literal("n * base")),
    )

    assert found.decisions["a"].names == {"x", "b", "floor", "fallback"}
    assert found.facts("a") == {"x", "floor", "fallback", "z", "w", "base"}
    assert found.decisions["a"].hit_policy == "U"
    assert [column.label for column in found.decisions["a"].inputs] == ["x.y", "b"]
    assert (found.decisions["b"].inputs, found.decisions["b"].rules, found.decisions["b"].hit_policy) == ((), (), "")


@pytest.mark.parametrize(
    ("logic", "names"),
    [
        (f"<for iteratorVariable='i'><in>{literal('xs')}</in><return>{literal('i + y')}</return></for>", {"xs", "y"}),
        (f"<filter><in>{literal('xs')}</in><match>{literal('open')}</match></filter>", {"xs"}),
        (f"<functionDefinition><formalParameter name='n'/>{literal('n + y')}</functionDefinition>", {"y"}),
        (invocation("f", n="x"), {"f", "x"}),
        (f"<relation><column name='a'/>{row('x')}</relation>", {"x"}),
        (
            f"<conditional><if>{literal('a')}</if><then>{literal('b')}</then><else>{literal('c')}</else></conditional>",
            {"a", "b", "c"},
        ),
    ],
    ids=["for", "filter", "function", "invocation", "relation", "if"],
)
def test_what_a_boxed_expression_reads_is_known(logic, names):
    assert read(decision("d", logic)).decisions["d"].names == names


@pytest.mark.parametrize(("numbers", "value"), [([1, 2], 3), ([1, 20], None), ([1, 2, 3], None), (7, None)])
def test_a_list_type_tests_its_items_and_itself(numbers, value):
    item = (
        "<itemDefinition name='tPair' isCollection='true'><typeRef>number</typeRef>"
        "<allowedValues><text>&lt; 10</text></allowedValues>"
        "<typeConstraint><text>count(?) = 2</text></typeConstraint></itemDefinition>"
    )

    assert value_of(literal("sum(xs)"), {"xs": numbers}, needs=["input:xs"], others=[item, input_data("xs", "tPair")]) == value


def test_functions_with_a_wrong_number_of_values_are_null_and_told():
    outcome = read(
        decision("d", literal("[f(1, 2), s(1)]"), "knowledge:f", "knowledge:s"),
        knowledge("f", ["n"], literal("n")),
        '<decisionService id="s" name="s"><outputDecision href="#e"/></decisionService>',
        decision("e", literal("1")),
    ).evaluate("d", {})

    assert (outcome.value, outcome.diagnostics) == ([None, None], ("f takes 1 values, not 2.", "s takes 0 values, not 1."))


def component(name: str, kind: str) -> str:
    return f"<itemComponent name='{name}'><typeRef>{kind}</typeRef></itemComponent>"


TYPES = (
    "<itemDefinition name='tSmall'><typeRef>number</typeRef><allowedValues><text>&lt; 10</text></allowedValues></itemDefinition>",
    f"<itemDefinition name='tPerson'>{component('name', 'string')}{component('age', 'number')}</itemDefinition>",
    "<itemDefinition name='tToText'><functionItem outputTypeRef='string'/></itemDefinition>",
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 instance of tSmall", True),
        ("30 instance of tSmall", False),
        ("null instance of tSmall", False),
        ("[1, 2] instance of list<tSmall>", True),
        ("[1, 20] instance of list<tSmall>", False),
        ('{name: "A", age: 1} instance of tPerson', True),
        ('{name: "A"} instance of tPerson', False),
    ],
)
def test_instance_of_knows_the_types_that_the_file_defines(text, value):
    assert value_of(literal(text), {}, others=TYPES) is value


def test_a_context_that_lacks_an_entry_is_not_of_its_type():
    found = read(*TYPES, decision("d", literal("given"), type_="tPerson"))

    assert found.evaluate("d", {"given": {"name": "A", "age": 1}}).value == {"name": "A", "age": 1}
    assert found.evaluate("d", {"given": {"name": "A"}}).value is None
    assert found.evaluate("d", {"given": {"name": "A", "age": None}}).value == {"name": "A", "age": None}


def test_a_service_gives_the_type_of_its_function_and_takes_those_of_its_inputs():
    service = (
        '<decisionService id="s" name="s"><variable name="s" typeRef="tToText"/><outputDecision href="#e"/><inputData href="#n"/>'
        "</decisionService>"
    )
    found = read(
        *TYPES, decision("d", literal("s(x)"), "knowledge:s"), decision("e", literal("n"), "input:n"), input_data("n"), service
    )
    typed = read(
        *TYPES,
        decision("d", literal("s(x)"), "knowledge:s"),
        decision("e", literal("n"), "input:n"),
        input_data("n", "number"),
        service,
    )

    assert [found.evaluate("d", {"x": x}).value for x in ("a", 1)] == ["a", None]
    assert [typed.evaluate("d", {"x": x}).value for x in ("a", 1)] == [None, None]
