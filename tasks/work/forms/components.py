"""From a component of a form-js schema to a field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.feel import Expression
from tasks.texts import Texts
from tasks.work.forms.model import LONGEST_LONG_TEXT, LONGEST_TEXT, MOST_ROWS, NUMBERS, Field, Kind, Limits, Option, Source
from tasks.work.forms.reading import Reading

#: What a component is when `properties.type` says nothing else.
PLAIN: Mapping[str, Kind] = {
    "textfield": Kind.TEXT,
    "textarea": Kind.LONG_TEXT,
    "number": Kind.NUMBER,
    "checkbox": Kind.BOOLEAN,
    "select": Kind.CHOICE,
    "radio": Kind.CHOICE,
    "checklist": Kind.CHOICES,
    "filepicker": Kind.FILES,
    "dynamiclist": Kind.TABLE,
    "datetime": Kind.DATE,
}
#: The types that form-js lacks, and the components that may carry them.
OWN: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "money": (Kind.MONEY, frozenset({"number"})),
    "percent": (Kind.PERCENT, frozenset({"number"})),
    "checks": (Kind.CHECK_ITEM, frozenset({"radio", "select"})),
    "signature": (Kind.SIGNATURE, frozenset({"textfield"})),
    "number": (Kind.SERIAL, frozenset({"textfield"})),
    "person": (Kind.PERSON, frozenset({"select", "radio", "textfield"})),
    "persons": (Kind.PERSONS, frozenset({"checklist"})),
    "department": (Kind.DEPARTMENT, frozenset({"select", "radio", "textfield"})),
    "departments": (Kind.DEPARTMENTS, frozenset({"checklist"})),
    "reference": (Kind.REFERENCE, frozenset({"textfield", "select"})),
    "references": (Kind.REFERENCES, frozenset({"checklist"})),
}
CHECK_ANSWERS: Mapping[str, Texts] = {
    "YES": {"en": "Yes", "zh-Hans": "是", "zh-Hant": "是"},
    "NO": {"en": "No", "zh-Hans": "否", "zh-Hant": "否"},
    "CONDITION": {"en": "With a condition", "zh-Hans": "有条件", "zh-Hant": "有條件"},
    "NA": {"en": "Not applicable", "zh-Hans": "不适用", "zh-Hant": "不適用"},
}

_SUBTYPES = {"date": Kind.DATE, "time": Kind.TIME, "datetime": Kind.DATETIME}
_ATTRIBUTES = {
    *("type", "id", "key", "path", "label", "dateLabel", "timeLabel", "description", "readonly", "validate", "conditional"),
    *("properties", "values", "valuesExpression", "defaultValue", "subtype", "decimalDigits", "increment", "multiple", "accept"),
    *("components", "allowAddRemove", "defaultRepetitions", "isRepeating", "showOutline", "layout", "appearance", "searchable"),
}
_VALIDATIONS = {"required", "minLength", "maxLength", "min", "max", "pattern", "patternMessage", "validationType"}
_PROPERTIES = {
    *("type", "format", "value", "default", "check", "message", "required_when", "min_rows", "max_rows"),
    *("register", "new", "role", "department", "counter"),
}
_NOT_IN_TABLES = {Kind.TABLE, Kind.CHECK_ITEM, Kind.SIGNATURE, Kind.SERIAL}
_KEY = re.compile(r"[a-z][a-z0-9_]*")


def field(reading: Reading, component: Mapping[str, Any], hidden_when: tuple[Expression, ...]) -> Field:
    """The field that a component draws; what is wrong with it is noted in the reading."""
    own = component.get("properties") or {}
    identity = reading.admit(component)
    _check_names(reading, component, own)
    kind = _kind(reading, component, own)
    source = _source(component, own, kind)
    _check_values(reading, component, own, source)
    validate = component.get("validate") or {}
    expression = reading.expression
    return Field(
        id=identity,
        key=_key(reading, component),
        kind=kind,
        source=source,
        labels=reading.texts(component, "label", component.get("label") or component.get("dateLabel") or ""),
        descriptions=reading.texts(component, "description"),
        widget=str(component["type"]),
        required=bool(validate.get("required")) or _min_rows(reading, component, own) > 0,
        required_when=expression(component, own.get("required_when"), "required_when"),
        hidden_when=(*hidden_when, *conditions(reading, component)),
        default=expression(component, own.get("default"), "default"),
        literal_default=component.get("defaultValue"),
        value=expression(component, own.get("value"), "value"),
        check=expression(component, own.get("check"), "check"),
        message=reading.texts(component, "message", own.get("message", "")),
        limits=_limits(reading, component, own, kind),
        options=_options(reading, component, kind),
        options_from=expression(component, component.get("valuesExpression"), "valuesExpression"),
        register=own.get("register"),
        takes_new=own.get("new") == "allowed",
        role=own.get("role"),
        department=_department(reading, component, own),
        counter=own.get("counter"),
        accept=_accepted(component),
        multiple=bool(component.get("multiple")),
        columns=_columns(reading, component, kind),
        fixed_rows=component.get("allowAddRemove") is False,
        first_rows=reading.count(component, component.get("defaultRepetitions"), "defaultRepetitions", 1),
    )


def conditions(reading: Reading, component: Mapping[str, Any]) -> tuple[Expression, ...]:
    """The condition that hides a component, if it has one."""
    conditional = component.get("conditional") or {}
    reading.known(component, conditional, {"hide"}, "The condition")
    hide = reading.expression(component, conditional.get("hide"), "hide")
    return (hide,) if hide else ()


def _kind(reading: Reading, component: Mapping[str, Any], own: Mapping[str, Any]) -> Kind:
    subtype = str(component.get("subtype", "date"))
    plain = _SUBTYPES.get(subtype, Kind.DATE) if component["type"] == "datetime" else PLAIN[component["type"]]
    if component["type"] == "datetime" and subtype not in _SUBTYPES:
        reading.refuse("form-type", component, f"“{subtype}” is no subtype.", f"Use one of {', '.join(_SUBTYPES)}.")
    named = own.get("format") if own.get("type") == "computed" else own.get("type")
    if named is None:
        return plain
    if named not in OWN:
        reading.refuse("form-type", component, f"“{named}” is no type.", f"Use one of {', '.join(sorted(OWN))}, computed.")
        return plain
    kind, carriers = OWN[named]
    if component["type"] not in carriers and own.get("type") != "computed":
        reading.refuse(
            "form-type", component, f"A {component['type']} cannot be a {named}.", f"Use {' or '.join(sorted(carriers))}."
        )
    return kind


def _source(component: Mapping[str, Any], own: Mapping[str, Any], kind: Kind) -> Source:
    if own.get("type") == "computed":
        return Source.COMPUTED
    if component.get("readonly"):
        return Source.SHOWN if "value" in own else Source.EARLIER
    return Source.SERVER if kind in {Kind.SIGNATURE, Kind.SERIAL} else Source.PERSON


def _check_names(reading: Reading, component: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    reading.known(component, component, _ATTRIBUTES, "The attribute")
    reading.known(component, component.get("validate") or {}, _VALIDATIONS, "The validation")
    reading.known(component, own, _PROPERTIES, "The property")


def _check_values(reading: Reading, component: Mapping[str, Any], own: Mapping[str, Any], source: Source) -> None:
    given = "value" in own
    if given != (source in {Source.COMPUTED, Source.SHOWN}):
        reason = "A value belongs to computed and to read-only fields, and a computed field needs one."
        reading.refuse("form-value", component, reason, "Set properties.value with properties.type computed, or readonly.")
    if ("check" in own) != ("message" in own):
        reading.refuse("form-check", component, "A check and its message belong together.", "Give both.")
    if own.get("type") in {"reference", "references"} and not own.get("register"):
        reading.refuse("form-register", component, "A reference needs a register.", "Set properties.register.")
    if own.get("type") == "number" and not own.get("counter"):
        reading.refuse("form-counter", component, "A business number needs a counter.", "Set properties.counter.")


def _key(reading: Reading, component: Mapping[str, Any]) -> str:
    name = "path" if component["type"] == "dynamiclist" else "key"
    key = str(component.get(name, ""))
    if not _KEY.fullmatch(key):
        reading.refuse("form-key", component, f"“{key}” is no usable {name}.", "Use small letters, digits and _.")
    return key


def _limits(reading: Reading, component: Mapping[str, Any], own: Mapping[str, Any], kind: Kind) -> Limits:
    given = component.get("validate") or {}
    longest = LONGEST_LONG_TEXT if kind is Kind.LONG_TEXT else LONGEST_TEXT
    minimum = reading.number(component, given.get("min"), "min")
    return Limits(
        min_length=reading.count(component, given.get("minLength"), "minLength", 0),
        max_length=min(reading.count(component, given.get("maxLength"), "maxLength", longest), longest),
        minimum=reading.number(component, 0, "min") if minimum is None and kind in NUMBERS else minimum,
        maximum=reading.number(component, given.get("max"), "max"),
        digits=_digits(reading, component, kind),
        pattern=_pattern(reading, component, given.get("pattern")),
        pattern_message=given.get("patternMessage"),
        min_rows=_min_rows(reading, component, own),
        max_rows=min(reading.count(component, own.get("max_rows"), "max_rows", MOST_ROWS), MOST_ROWS),
    )


def _digits(reading: Reading, component: Mapping[str, Any], kind: Kind) -> int | None:
    given = component.get("decimalDigits")
    if given is None:
        return 2 if kind is Kind.MONEY else None
    return reading.count(component, given, "decimalDigits", 0)


def _pattern(reading: Reading, component: Mapping[str, Any], pattern: str | None) -> str | None:
    if not pattern:
        return None
    try:
        re.compile(pattern)
    except re.error as error:
        reading.refuse("form-limit", component, f"The pattern “{pattern}” does not parse: {error}.", "Correct the pattern.")
        return None
    return pattern


def _min_rows(reading: Reading, component: Mapping[str, Any], own: Mapping[str, Any]) -> int:
    return reading.count(component, own.get("min_rows"), "min_rows", 0)


def _options(reading: Reading, component: Mapping[str, Any], kind: Kind) -> tuple[Option, ...]:
    values = component.get("values") or []
    if kind is Kind.CHECK_ITEM:
        return _check_options(reading, component, [str(value.get("value")) for value in values])
    if kind in {Kind.CHOICE, Kind.CHOICES} and not values and not component.get("valuesExpression"):
        properties = component.get("properties") or {}
        if properties.get("type") != "computed" and not component.get("readonly"):
            reading.refuse("form-options", component, "There is nothing to choose from.", "Give values or a valuesExpression.")
    if kind in {Kind.DEPARTMENT, Kind.DEPARTMENTS}:
        return tuple(Option(str(value["value"]), {"en": str(value["value"])}) for value in values)
    return tuple(
        Option(str(value["value"]), reading.texts(component, f"values.{value['value']}", value.get("label", value["value"])))
        for value in values
    )


def _check_options(reading: Reading, component: Mapping[str, Any], codes: list[str]) -> tuple[Option, ...]:
    for code in codes:
        if code not in CHECK_ANSWERS:
            reading.refuse("form-options", component, f"A check item has no answer “{code}”.", f"Use {', '.join(CHECK_ANSWERS)}.")
    return tuple(Option(code, CHECK_ANSWERS[code]) for code in CHECK_ANSWERS if code in codes or not codes)


def _department(reading: Reading, component: Mapping[str, Any], own: Mapping[str, Any]) -> Expression | None:
    given = own.get("department")
    if given is None or given.startswith("="):
        return reading.expression(component, given, "department")
    return reading.expression(component, f'="{given}"', "department")


def _accepted(component: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in str(component.get("accept", "")).split(",") if part.strip())


def _columns(reading: Reading, component: Mapping[str, Any], kind: Kind) -> tuple[Field, ...]:
    if component["type"] != "dynamiclist":
        return ()
    columns = []
    for child in component.get("components") or []:
        if child.get("type") not in PLAIN:
            reading.refuse("form-type", child, f"A table cannot hold a {child.get('type')}.", "Use a plain field as column.")
            continue
        column = field(reading, child, ())
        _check_column(reading, component, child, column)
        columns.append(column)
    if not component.get("components"):
        reading.refuse("form-table", component, "The table has no columns.", "Give it components.")
    if len({column.key for column in columns}) != len(columns):
        reading.refuse("form-key", component, "Two columns have the same key.", "Give every column a key of its own.")
    return tuple(columns)


def _check_column(reading: Reading, table: Mapping[str, Any], child: Mapping[str, Any], column: Field) -> None:
    if column.kind in _NOT_IN_TABLES:
        reading.refuse("form-type", child, f"A table cannot hold a {column.kind}.", "Move it out of the table.")
    free = (
        table.get("allowAddRemove") is not False
        and not table.get("readonly")
        and table.get("properties", {}).get("type") != "computed"
    )
    if column.source is Source.EARLIER and free:
        reason = "A read-only column needs fixed rows."
        reading.refuse("form-table", child, reason, "Set allowAddRemove to false, or let people fill the column.")
