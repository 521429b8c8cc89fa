"""Reading a form-js schema into a form; whatever would not work as drawn is refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import DrawingInvalid, Problem
from engine.feel import Expression
from tasks.work.forms.components import PLAIN, conditions, field
from tasks.work.forms.model import Form, Group, Part, Space, Text, flat
from tasks.work.forms.reading import Reading

_TOP = {
    *("type", "id", "schemaVersion", "components", "trace", "title", "i18n", "executionPlatform", "executionPlatformVersion"),
    *("exporter", "$schema", "versionTag"),
}
_FORM_ID = re.compile(r"[a-z][a-z0-9_]*")
_SUPPORTED = ", ".join(sorted({*PLAIN, "group", "text", "separator", "spacer"}))


def read(text: str | bytes, file: str = "") -> Form:
    """The form that a schema describes.

    Raises:
        DrawingInvalid: it cannot be used; every problem at once.
    """
    form, problems = examine(text, file)
    errors = [problem for problem in problems if problem.severity == "error"]
    if form is None or errors:
        raise DrawingInvalid(errors)
    return form


def examine(text: str | bytes, file: str = "") -> tuple[Form | None, Sequence[Problem]]:
    """The form as far as it can be read, with every error and warning."""
    try:
        schema = json.loads(text)
    except ValueError as error:
        return None, [Problem("form-json", f"It is no JSON: {error}.", "Correct it.", file=file)]
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return None, [Problem("form-json", "It is no form-js schema.", "Give it a list of components.", file=file)]
    reading = Reading(schema, file)
    _check_top(reading)
    parts = _parts(reading, schema["components"], ())
    fields = tuple(flat(parts))
    _check_keys(reading, [one.key for one in fields])
    reading.finish()
    return Form(str(schema.get("id", "")), str(schema.get("trace", "")), reading.titles(), parts, fields), reading.problems


def _check_top(reading: Reading) -> None:
    schema = reading.schema
    reading.known({}, schema, _TOP, "The form's attribute")
    if schema.get("type") != "default":
        reading.refuse("form-json", {}, "The type of the form is not “default”.", "Set it.")
    if not _FORM_ID.fullmatch(str(schema.get("id", ""))):
        reading.refuse("form-id", {}, f"“{schema.get('id')}” is no usable form id.", "Use small letters, digits and _.")


def _check_keys(reading: Reading, keys: list[str]) -> None:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        reading.refuse("form-key", {}, f"Two fields have the key “{key}”.", "Give every field a key of its own.")


def _parts(reading: Reading, components: Sequence[Mapping[str, Any]], hidden_when: tuple[Expression, ...]) -> tuple[Part, ...]:
    read_parts = (_part(reading, component, hidden_when) for component in components)
    return tuple(part for part in read_parts if part is not None)


def _part(reading: Reading, component: Mapping[str, Any], hidden_when: tuple[Expression, ...]) -> Part | None:
    kind = component.get("type")
    if kind in PLAIN:
        return field(reading, component, hidden_when)
    if kind == "group":
        return _group(reading, component, hidden_when)
    if kind == "text":
        text = str(component.get("text", ""))
        if text.startswith("="):
            reading.refuse("form-text", component, "The text is an expression.", "Write plain text; show values in fields.")
        identity = reading.admit(component)
        return Text(identity, reading.texts(component, "text"), (*hidden_when, *conditions(reading, component)))
    if kind in {"separator", "spacer"}:
        return Space(reading.admit(component), line=kind == "separator")
    reading.refuse("form-type", component, f"The component type “{kind}” is not supported.", f"Use one of {_SUPPORTED}.")
    return None


def _group(reading: Reading, component: Mapping[str, Any], hidden_when: tuple[Expression, ...]) -> Group:
    identity = reading.admit(component)
    if component.get("path"):
        reading.refuse("form-type", component, "A group with a path nests its answers.", "Remove the path.")
    inner = (*hidden_when, *conditions(reading, component))
    return Group(identity, reading.texts(component, "label"), inner, _parts(reading, component.get("components") or [], inner))
