"""A small house for tests: the real departments, calendar and parameters, and one procedure of three steps."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.clock import VirtualClock
from engine.ports import JournalKey
from tasks import publishing
from tasks.bootstrap import SYSTEM, Application, Ticker, open_application
from tasks.context import Context
from tasks.settings import Settings
from tasks.work import people

PROCESSES = Path(__file__).parents[2] / "processes"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 9:00 in the plant
NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:i18n="http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0"'
)
ESCALATION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="escalation" name="escalation"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i1"><inputExpression id="x1" typeRef="number"><text>overdue_wd</text></inputExpression></input>
<output id="o1" name="notify" typeRef="string"/>
<rule id="r1"><inputEntry id="a1"><text>&lt; 1</text></inputEntry><outputEntry id="b1"><text>"assignee"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>[1..3)</text></inputEntry>
<outputEntry id="b2"><text>"assignee, department head"</text></outputEntry></rule>
<rule id="r3"><inputEntry id="a3"><text>&gt;= 3</text></inputEntry>
<outputEntry id="b3"><text>"assignee, department head, process owner, GM.dgm"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def named(english: str, simplified: str) -> str:
    """Translations of a name."""
    return f'<i18n:translation xml:lang="zh-Hans">{simplified}</i18n:translation>'


def task(key: str, name: str, properties: dict[str, str], attributes: str, extra: str = "") -> str:
    """A user task with properties."""
    rows = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in properties.items())
    translated = named(name, f"{name}（中）") + '<i18n:translation xml:lang="zh-Hans" target="outcome:PASS">通过</i18n:translation>'
    inner = f"<extensionElements><camunda:properties>{rows}</camunda:properties>{extra}{translated}</extensionElements>"
    return f'<userTask id="{key}" name="{name}" {attributes}>{inner}</userTask>'


WRITE = task(
    "write_request",
    "Write the request",
    {"record": "request", "row": "P-X.S01"},
    'camunda:formKey="request_form" camunda:dueDate="${workdays(1)}"',
    '<camunda:inputOutput><camunda:outputParameter name="dept">${request.dept}</camunda:outputParameter></camunda:inputOutput>',
)
REVIEW = task(
    "review_request",
    "Review the request",
    {"record": "review", "outcomes": "PASS,FAIL,ASK", "comment_required": "FAIL,ASK", "unchecked_outcomes": "ASK"},
    'camunda:formKey="review_form" camunda:dueDate="${workdays(3)}"',
)
DRAWING = f"""<definitions {NAMESPACES}><process id="request" name="Request" isExecutable="true">
<extensionElements><camunda:properties>
<camunda:property name="owner" value="SAL.mgr"/><camunda:property name="case_number" value="REQ-YYYYMM-NNNN"/>
<camunda:property name="label:title" value="${{request.title}}"/>
<camunda:property name="label:customer" value="${{request.customer}}"/>
</camunda:properties></extensionElements>
<laneSet id="lanes">
<lane id="l1" name="SAL.rep"><flowNodeRef>start</flowNodeRef>
<flowNodeRef>write_request</flowNodeRef><flowNodeRef>end</flowNodeRef></lane>
<lane id="l2" name="DEP.rev"><flowNodeRef>review_request</flowNodeRef></lane>
<lane id="l3" name="SYS"><flowNodeRef>verdict</flowNodeRef></lane>
</laneSet>
<startEvent id="start"/>
{WRITE}
{REVIEW}
<exclusiveGateway id="verdict" default="f4"/><endEvent id="end" name="Done"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="write_request"/>
<sequenceFlow id="f2" sourceRef="write_request" targetRef="review_request"/>
<sequenceFlow id="f3" sourceRef="review_request" targetRef="verdict"/>
<sequenceFlow id="f4" sourceRef="verdict" targetRef="end"/>
<sequenceFlow id="f5" sourceRef="verdict" targetRef="write_request">
<conditionExpression>${{review_request_outcome = "ASK"}}</conditionExpression></sequenceFlow>
</process></definitions>"""

REQUEST_FORM: dict[str, Any] = {
    "type": "default",
    "schemaVersion": 19,
    "id": "request_form",
    "title": "Request",
    "trace": "F-REQ",
    "components": [
        {"type": "textfield", "id": "title_of", "key": "title", "label": "Title", "validate": {"required": True}},
        {"type": "textfield", "id": "customer", "key": "customer", "label": "Customer"},
        {
            "type": "number",
            "id": "amount",
            "key": "amount",
            "label": "Amount",
            "validate": {"required": True},
            "properties": {"type": "money"},
        },
        {"type": "select", "id": "dept", "key": "dept", "label": "Department", "properties": {"type": "department"}},
        {"type": "filepicker", "id": "evidence", "key": "evidence", "label": "Evidence", "multiple": True},
        {"type": "textfield", "id": "number", "key": "number", "label": "No.", "properties": {"type": "number", "counter": "REQ"}},
    ],
}
REVIEW_FORM: dict[str, Any] = {
    "type": "default",
    "schemaVersion": 19,
    "id": "review_form",
    "title": "Review",
    "trace": "F-REV",
    "components": [
        {"type": "textarea", "id": "opinion", "key": "opinion", "label": "Opinion", "validate": {"required": True}},
        {"type": "textfield", "id": "reviewer", "key": "reviewer", "label": "Reviewer", "properties": {"type": "signature"}},
    ],
}


def write_house(folder: Path) -> Path:
    """The small house's files."""
    folder.mkdir(parents=True)
    for name in ("departments.toml", "calendar.toml", "parameters.toml"):
        shutil.copy(PROCESSES / name, folder / name)
    (folder / "request").mkdir()
    (folder / "request" / "request.bpmn").write_text(DRAWING, encoding="utf-8")
    for form in (REQUEST_FORM, REVIEW_FORM):
        (folder / "request" / f"{form['id']}.form").write_text(json.dumps(form), encoding="utf-8")
    (folder / "shared").mkdir()
    (folder / "shared" / "escalation.dmn").write_text(ESCALATION, encoding="utf-8")
    return folder


def person(key: str, department: str, *roles: str, **more: Any) -> dict[str, Any]:
    """A record of a person."""
    return {
        "user_id": key,
        "login": key.lower(),
        "name": {"en": f"Person {key}", "zh_Hans": f"人员{key}"},
        "dept": department,
        "roles": roles,
        **more,
    }


PEOPLE = [
    person("S1", "SAL", "SAL.rep"),
    person("S2", "SAL", "SAL.rep", deputy="S1"),
    person("SM", "SAL", "SAL.mgr", is_head=True),
    person("T1", "TEC", "TEC.rev", locale="zh-Hans"),
    person("T2", "TEC", "TEC.rev"),
    person("TM", "TEC", "TEC.mgr", is_head=True),
    person("Q1", "QUA", "QUA.rev"),
    person("G2", "GM", "GM.dgm"),
    person("A0", "ENT", "ENT.stf", administrator=True),
]


class House:
    """A Lanework on the small house, with a clock that is moved by hand."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = VirtualClock(START)
        settings = Settings(database=url, processes=folder, var=folder / "var")
        self.application: Application = open_application(settings, clock=self.clock, key=JournalKey("test", b"k" * 32))
        with self.application.transaction(SYSTEM) as ctx:
            people.register_people(ctx, PEOPLE)
        publishing.publish(self.application)
        self.ticker = Ticker(self.application)

    def act(self, who: str) -> Any:
        """A transaction in somebody's name."""
        with self.application.reading(SYSTEM) as ctx:
            actor = people.get(ctx, who).actor()
        return self.application.transaction(actor)

    def look(self, who: str) -> Any:
        """A look in somebody's name."""
        with self.application.reading(SYSTEM) as ctx:
            actor = people.get(ctx, who).actor()
        return self.application.reading(actor)


__all__ = ["START", "Context", "House", "write_house"]
