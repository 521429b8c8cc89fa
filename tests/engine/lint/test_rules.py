"""Each rule of lint finds what it is for, and leaves alone what is right."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.closure import Resource
from engine.drawing import Node, read_drawing
from engine.errors import Problem
from engine.lint import lint_decisions, lint_procedure
from tests.engine.decisions.drawn import decision, file, table
from tests.engine.world import NAMESPACES, process

DIAGRAM = 'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:wp="http://www.omg.org/spec/DD/20100524/DI"'


class Known:
    """A catalogue with one name of each kind."""

    def exists(self, kind: str, name: str) -> bool:
        """Only these."""
        return (kind, name) in {
            ("role", "SAL.rep"),
            ("topic", "file"),
            ("parameter", "PRM-DAYS"),
            ("message", "elsewhere"),
            ("function", "parameter"),
        }

    def needs(self, node: Node) -> Sequence[tuple[str, str]]:
        """Nothing."""
        return ()

    def problems(self, item: Resource) -> Sequence[Problem]:
        """Nothing."""
        return ()


def problems(text: str, *rules: str) -> list[tuple[str, str, str, str]]:
    """Severity, rule, element and reason of what lint finds, for these rules only."""
    found = lint_procedure(read_drawing(text.encode(), "p.bpmn"), "p", Known())
    assert all(problem.remedy and problem.file == "p.bpmn" for problem in found)
    return [(p.severity, p.rule, p.element, p.reason) for p in found if p.rule in rules]


def test_a_sound_drawing_has_nothing_but_warnings() -> None:
    text = process('<startEvent id="start"/><userTask id="work"/><endEvent id="end"/>\nstart -> work\nwork -> end')

    found = lint_procedure(read_drawing(text.encode(), "p.bpmn"), "p", Known())

    assert {problem.severity for problem in found} == {"warning"}


def test_a_problem_says_where_what_and_how_to_mend_it() -> None:
    text = process('<startEvent id="start"/><scriptTask id="calc" name="Count"/><endEvent id="end"/>\nstart -> calc\ncalc -> end')

    found = lint_procedure(read_drawing(text.encode(), "p.bpmn"), "p", Known())[0]

    assert found == Problem(
        "supported",
        "A scriptTask is not run here.",
        "Draw a service task with an operation, an output parameter, or a business rule task.",
        "calc",
        "Count",
        "p.bpmn",
        "error",
    )


FLOWS = [
    (
        "never reached",
        '<startEvent id="start"/><userTask id="island"/><endEvent id="end"/>\nstart -> end',
        ("error", "no-disconnected", "island", "It is never reached."),
    ),
    (
        "no way to an end",
        (
            '<startEvent id="start"/><userTask id="a"/><userTask id="b"/><endEvent id="end"/><exclusiveGateway id="g"/>\n'
            "start -> g\ng -> a : x\ng => end\na -> b\nb -> a"
        ),
        ("warning", "no-way-to-end", "a", "No way leads from it to an end."),
    ),
    (
        "a join of one question's answers",
        (
            '<startEvent id="start"/><exclusiveGateway id="which"/><userTask id="a"/><userTask id="b"/><parallelGateway id="join"/>'
            '<endEvent id="end"/>\nstart -> which\nwhich -> a : x\nwhich => b\na -> join\nb -> join\njoin -> end'
        ),
        ("error", "join-unsatisfiable", "join", "It waits for several answers of “which”, which gives only one."),
    ),
    (
        "a loop without a wait",
        (
            '<startEvent id="start"/><exclusiveGateway id="merge"/><task id="a"/><exclusiveGateway id="again"/>'
            '<endEvent id="end"/>\n'
            "start -> merge\nmerge -> a\na -> again\nagain -> merge : x\nagain => end"
        ),
        ("warning", "loop-without-wait", "merge", "A way leads back to it without any wait."),
    ),
    (
        "no default",
        (
            '<startEvent id="start"/><exclusiveGateway id="which"/><endEvent id="a"/><endEvent id="b"/>\n'
            "start -> which\nwhich -> a : x\nwhich -> b : y"
        ),
        ("warning", "default-flow", "which", "It has no default flow: where no condition holds, the case stops."),
    ),
    (
        "a flow without a condition",
        (
            '<startEvent id="start"/><exclusiveGateway id="which"/><endEvent id="a"/><endEvent id="b"/>\n'
            "start -> which\nwhich -> a\nwhich => b"
        ),
        ("warning", "conditional-flows", "f_which_a", "It has no condition, so no flow after it is taken."),
    ),
    (
        "a gateway for nothing",
        '<startEvent id="start"/><exclusiveGateway id="g"/><endEvent id="end"/>\nstart -> g\ng -> end',
        ("warning", "superfluous-gateway", "g", "It neither splits nor joins."),
    ),
    (
        "an event gateway before a task",
        '<startEvent id="start"/><eventBasedGateway id="g"/><userTask id="a"/><endEvent id="end"/>\nstart -> g\ng -> a\na -> end',
        ("error", "event-based-gateway", "g", "“a” behind it is no event."),
    ),
    (
        "a boundary event on nothing",
        (
            '<startEvent id="start"/><endEvent id="end"/><boundaryEvent id="b" attachedToRef="gone"><timerEventDefinition>'
            "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>\nstart -> end\nb -> end"
        ),
        ("error", "boundary-event", "b", "It is on the border of nothing."),
    ),
]
NAMES = [
    (
        "a role that nobody has",
        (
            '<laneSet id="lanes"><lane id="lane" name="Nobody"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
            '<startEvent id="start"/><userTask id="a"/><endEvent id="end"/>\nstart -> a\na -> end'
        ),
        ("error", "role", "lane", "There is no role “Nobody”."),
    ),
    (
        "candidate groups that nobody has",
        (
            '<startEvent id="start"/><userTask id="a" camunda:candidateGroups="SAL.rep,NO.one"/>'
            '<endEvent id="end"/>\nstart -> a\na -> end'
        ),
        ("error", "role", "a", "There is no role “NO.one”."),
    ),
    (
        "a condition that does not parse",
        '<startEvent id="start"/><exclusiveGateway id="g"/><endEvent id="a"/><endEvent id="b"/>\nstart -> g\ng -> a : 1 +\ng => b',
        ("error", "expression", "f_g_a", "“${1 +}” does not parse"),
    ),
    (
        "a parameter that is not there",
        (
            '<startEvent id="start"/><userTask id="a" camunda:dueDate="${due(&quot;PRM-NONE&quot;)}"/><endEvent id="end"/>\n'
            "start -> a\na -> end"
        ),
        ("error", "parameter", "a", "There is no parameter “PRM-NONE”."),
    ),
    (
        "an operation that is not in the book",
        (
            '<startEvent id="start"/><serviceTask id="a" camunda:type="external" camunda:topic="fly"/><endEvent id="end"/>\n'
            "start -> a\na -> end"
        ),
        ("warning", "topic", "a", "There is no operation “fly”."),
    ),
    (
        "a service task that does nothing",
        '<startEvent id="start"/><serviceTask id="a"/><endEvent id="end"/>\nstart -> a\na -> end',
        ("error", "topic-required", "a", "It names no operation."),
    ),
    (
        "a message that nobody receives",
        '<startEvent id="start"/><endEvent id="end"><messageEventDefinition messageRef="m"/></endEvent>\nstart -> end',
        ("warning", "message-unanswered", "end", "Nobody receives the message “gone”."),
    ),
    (
        "a name in one language",
        '<startEvent id="start"/><userTask id="a" name="Work"/><endEvent id="end"/>\nstart -> a\na -> end',
        ("warning", "translation-required", "a", "It has no name in zh-Hans, zh-Hant."),
    ),
    (
        "an answer without a name",
        (
            '<startEvent id="start"/><exclusiveGateway id="g" name="Good?"/><endEvent id="a"/><endEvent id="b"/>\n'
            "start -> g\ng -> a : x\ng => b"
        ),
        ("warning", "label-required", "f_g_a", "It does not say which answer it stands for."),
    ),
    (
        "an attribute that is not run",
        '<startEvent id="start"/><userTask id="a" camunda:asyncBefore="true"/><endEvent id="end"/>\nstart -> a\na -> end',
        ("warning", "supported", "a", "It has camunda:asyncBefore, which is not run here."),
    ),
    (
        "an id twice",
        '<startEvent id="start"/><userTask id="a"/><userTask id="a"/><endEvent id="end"/>\nstart -> a\na -> end',
        ("error", "supported", "a", "It has a second element with the same id, which is not run here."),
    ),
    (
        "a message named by an expression",
        '<startEvent id="start"/><endEvent id="end"><messageEventDefinition messageRef="e"/></endEvent>\nstart -> end',
        ("error", "supported", "end", "The name of a message or signal is no expression."),
    ),
]
MESSAGES = '<message id="m" name="gone"/><message id="e" name="${x}"/><message id="k" name="elsewhere"/>'


@pytest.mark.parametrize(("body", "expected"), [pytest.param(*rest, id=name) for name, *rest in (*FLOWS, *NAMES)])
def test_a_rule_finds_what_it_is_for(body: str, expected: tuple[str, str, str, str]) -> None:
    found = problems(process(body, before=MESSAGES), expected[1])

    assert expected[:3] in [one[:3] for one in found]
    assert any(one[3].startswith(expected[3]) for one in found if one[:3] == expected[:3])


RIGHT = """<laneSet id="lanes"><lane id="lane" name="SAL.rep"><flowNodeRef>a</flowNodeRef></lane></laneSet>
<startEvent id="start"/><exclusiveGateway id="merge"/><parallelGateway id="split"/>
<userTask id="a" camunda:dueDate="${due('PRM-DAYS')}"/>
<serviceTask id="b" camunda:type="external" camunda:topic="file"/><parallelGateway id="join"/><exclusiveGateway id="again"/>
<endEvent id="end"><messageEventDefinition messageRef="k"/></endEvent>
start -> merge
merge -> split
split -> a
split -> b
a -> join
b -> join
join -> again
again -> merge : x
again => end"""


def test_the_same_rules_leave_alone_what_is_right() -> None:
    assert (
        problems(
            process(RIGHT, before=MESSAGES),
            *{expected[1] for _, _, expected in (*FLOWS, *NAMES)} - {"translation-required", "label-required"},
        )
        == []
    )


def picture(*, task: str = "100,80", label: str = "", lane: str = "0,0,700,200", way: str = "136,118 200,118") -> str:
    """A drawing with a picture: two tasks beside each other in a lane, and a flow over them."""
    x, y = task.split(",")
    sides = ("x", "y", "width", "height")
    lane_bounds = " ".join(f'{side}="{value}"' for side, value in zip(sides, lane.split(","), strict=True))
    points = "".join(f'<wp:waypoint x="{p.split(",")[0]}" y="{p.split(",")[1]}"/>' for p in way.split())
    name = "".join(f'{side}="{value}" ' for side, value in zip(sides, label.split(","), strict=False)) if label else ""
    written = f"<di:BPMNLabel><dc:Bounds {name}/></di:BPMNLabel>" if label else ""
    return f"""<definitions {NAMESPACES} {DIAGRAM}><process id="p" isExecutable="true">
    <laneSet id="lanes"><lane id="lane" name="SAL.rep">
    <flowNodeRef>start</flowNodeRef><flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef><flowNodeRef>end</flowNodeRef></lane></laneSet>
    <startEvent id="start"/><userTask id="a"/><userTask id="b"/><endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="b"/>
    <sequenceFlow id="f3" sourceRef="b" targetRef="end"/></process>
    <di:BPMNDiagram><di:BPMNPlane bpmnElement="p">
    <di:BPMNShape bpmnElement="lane"><dc:Bounds {lane_bounds}/></di:BPMNShape>
    <di:BPMNShape bpmnElement="start"><dc:Bounds x="40" y="100" width="36" height="36"/>{written}</di:BPMNShape>
    <di:BPMNShape bpmnElement="a"><dc:Bounds x="{x}" y="{y}" width="100" height="80"/></di:BPMNShape>
    <di:BPMNShape bpmnElement="b"><dc:Bounds x="260" y="80" width="100" height="80"/></di:BPMNShape>
    <di:BPMNShape bpmnElement="end"><dc:Bounds x="420" y="100" width="36" height="36"/></di:BPMNShape>
    <di:BPMNEdge bpmnElement="f3">{points}</di:BPMNEdge>
    </di:BPMNPlane></di:BPMNDiagram></definitions>"""


LAYOUT = ("no-bpmndi", "no-overlapping-elements", "outside-lane", "flow-through-element", "label-overlap")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (picture(way="360,120 420,120"), []),
        (picture(task="200,80", way=""), [("warning", "no-overlapping-elements", "b", "It lies on “a”.")]),
        (picture(lane="0,0,430,200", way=""), [("warning", "outside-lane", "end", "It stands outside “lane”.")]),
        (picture(way="380,120 90,120"), [("warning", "flow-through-element", "f3", "It runs through “a”.")]),
        (picture(label="90,90,60,14", way=""), [("warning", "label-overlap", "start", "Its label lies on “a”.")]),
        (
            picture().replace('<di:BPMNShape bpmnElement="a"', '<di:BPMNShape bpmnElement="other"').replace("136,118", "1,1"),
            [("warning", "no-bpmndi", "a", "It is not in the picture.")],
        ),
        (process('<startEvent id="start"/>'), [("warning", "no-bpmndi", "p", "It has no picture.")]),
    ],
    ids=["tidy", "overlap", "lane", "through", "label", "missing", "none"],
)
def test_the_picture_is_looked_at(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert problems(text, *LAYOUT) == expected


def test_functions_and_parameters_that_nobody_knows_are_refused_in_drawings_and_tables() -> None:
    text = process(
        '<startEvent id="start"/><exclusiveGateway id="which"/><endEvent id="end"/><endEvent id="other"/>\n'
        "start -> which\nwhich -> end : contans(a, parameter('PRM-DAYS'))\nwhich => other"
    )
    rules = file(
        decision("d", table("FIRST", ["x: number"], ["o"], '> parameter("PRM-GONE") => tax(1) + zzyx(2)'), "knowledge:k"),
        '<businessKnowledgeModel id="k" name="tax"><variable name="tax"/><encapsulatedLogic><formalParameter name="f"/>'
        "<literalExpression><text>f(1) + uper case(2)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>",
    )

    drawn = problems(text, "function", "parameter")
    tables = [(one.rule, one.element, one.reason, one.remedy) for one in lint_decisions(rules, "d.dmn", {}, Known())]

    assert [(rule, reason) for _, rule, _, reason in drawn] == [
        ("function", "There is no function “contans” for “${contans(a, parameter('PRM-DAYS'))}”.")
    ]
    assert tables == [
        ("function", "d", "There is no function “zzyx” for “tax(1) + zzyx(2)”.", "Call a function of FEEL or of the house."),
        ("parameter", "d", "There is no parameter “PRM-GONE”.", "Add it to parameters.toml, or name one that is there."),
        ("function", "k", "There is no function “uper case” for “f(1) + uper case(2)”.", "Did you mean “upper case”?"),
    ]


def test_a_variable_that_nothing_writes_is_warned_of_with_the_nearest_that_is_written() -> None:
    ask = '<userTask id="ask"><extensionElements><camunda:properties><camunda:property name="record" value="order"/>'
    text = process(
        f'<startEvent id="start"/>{ask}</camunda:properties></extensionElements></userTask><exclusiveGateway id="which"/>'
        '<endEvent id="end"/><endEvent id="other"/>\n'
        "start -> ask\nask -> which\nwhich -> end : ordr.amount > 1 and ask_outcome = 'YES'\nwhich => other"
    )

    assert problems(text, "variable") == [
        (
            "warning",
            "variable",
            "f_which_end",
            "Nothing writes the variable “ordr” in “${ordr.amount > 1 and ask_outcome = 'YES'}”.",
        )
    ]


def test_a_task_behind_which_nothing_is_drawn_is_warned_of() -> None:
    text = process('<startEvent id="start"/><userTask id="work"/>\nstart -> work')

    assert problems(text, "no-implicit-end") == [("warning", "no-implicit-end", "work", "Its token ends here, and nobody sees it.")]
