"""Reading one form schema: its texts, its expressions, and every reason why it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import ExpressionInvalid, Problem
from engine.feel import Expression, compile_expression
from tasks.texts import LANGUAGES, Texts

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TRANSLATED = {"label", "description", "text", "message"}


class Reading:
    """One schema while it is read; collects problems instead of stopping at the first."""

    def __init__(self, schema: Mapping[str, Any], file: str) -> None:
        self.schema = schema
        self.file = file
        self.problems: list[Problem] = []
        self.components: dict[str, Mapping[str, Any]] = {}
        self._i18n = self._translations()

    def refuse(self, rule: str, component: Mapping[str, Any], reason: str, remedy: str) -> None:
        """Notes why a component cannot be used."""
        self._note(rule, component, reason, remedy)

    def admit(self, component: Mapping[str, Any]) -> str:
        """The id of a component, once it is known to be usable and its own."""
        identity = str(component.get("id", ""))
        if not _ID.fullmatch(identity) or identity == "title":
            self.refuse("form-id", component, f"“{identity}” is no usable id.", "Use letters, digits and _, and not “title”.")
        elif identity in self.components:
            self.refuse("form-id", component, "Another component has the same id.", "Give it an id of its own.")
        self.components[identity] = component
        return identity

    def known(self, component: Mapping[str, Any], keys: Iterable[str], allowed: Iterable[str], what: str) -> None:
        """Refuses what the form means to say but nobody would hear."""
        for key in sorted(set(keys) - set(allowed)):
            self.refuse("form-attribute", component, f"{what} “{key}” is not supported here.", "Remove it, or check its spelling.")

    def texts(self, component: Mapping[str, Any], name: str, english: object = None) -> Texts:
        """A text of a component in every language that has it."""
        said = {"en": str(component.get(name, "") if english is None else english)}
        for language, entries in self._i18n.items():
            entry = entries.get(str(component.get("id", "")))
            if isinstance(entry, Mapping) and entry.get(name):
                said[language] = str(entry[name])
        if "{{" in said["en"]:
            self.refuse("form-text", component, f"The {name} holds a template.", "Write plain text; show values in fields.")
        self._warn_of_gaps(component, name, said)
        return said

    def titles(self) -> Texts:
        """The title of the form in every language that has it."""
        given = {"en": str(self.schema.get("title", self.schema.get("id", "")))}
        return given | {language: str(entries["title"]) for language, entries in self._i18n.items() if entries.get("title")}

    def expression(self, component: Mapping[str, Any], text: object, what: str, *, marked: bool = True) -> Expression | None:
        """A FEEL text, parsed; None when there is none or it cannot be used."""
        if text is None:
            return None
        source = str(text)
        if marked and not source.startswith("="):
            self.refuse(
                "form-expression", component, f"{what} “{source}” does not start with “=”.", "Put “=” before the expression."
            )
            return None
        try:
            return compile_expression(source.removeprefix("="))
        except ExpressionInvalid as error:
            self.refuse("form-expression", component, f"{what}: {error}", "Correct the expression.")
            return None

    def number(self, component: Mapping[str, Any], value: object, what: str) -> Decimal | None:
        """A limit as a number; None when there is none or it cannot be used."""
        if value is None or value == "":
            return None
        try:
            return Decimal(str(value))
        except InvalidOperation:
            self.refuse("form-limit", component, f"{what} “{value}” is no number.", "Write a number.")
            return None

    def count(self, component: Mapping[str, Any], value: object, what: str, otherwise: int) -> int:
        """A limit as a whole number, not below zero."""
        number = self.number(component, value, what)
        if number is None:
            return otherwise
        if number != number.to_integral_value() or number < 0:
            self.refuse("form-limit", component, f"{what} “{value}” is no whole number.", "Write a whole number.")
            return otherwise
        return int(number)

    def finish(self) -> None:
        """Refuses translations of what is not there."""
        for language, entries in self._i18n.items():
            for identity in sorted(set(entries) - set(self.components) - {"title"}):
                reason = f"The {language} translation of “{identity}” belongs to no component."
                self.refuse("form-translation", {"id": identity}, reason, "Use the id of a component.")

    def _translations(self) -> Mapping[str, Mapping[str, Any]]:
        blocks = self.schema.get("i18n", {})
        usable: dict[str, Mapping[str, Any]] = {}
        for language, entries in (blocks if isinstance(blocks, Mapping) else {}).items():
            if language not in LANGUAGES[1:] or not isinstance(entries, Mapping):
                reason = f"“{language}” is no language of translations."
                self.refuse("form-translation", {}, reason, f"Use {' or '.join(LANGUAGES[1:])}, each an object.")
                continue
            usable[language] = entries
            for identity, entry in entries.items():
                self._check_entry(language, identity, entry)
        return usable

    def _check_entry(self, language: str, identity: str, entry: object) -> None:
        if identity == "title" and isinstance(entry, str):
            return
        names = entry.keys() if isinstance(entry, Mapping) else ["(not an object)"]
        for name in sorted(name for name in names if name not in _TRANSLATED and not name.startswith("values.")):
            reason = f"The {language} translation has “{name}”."
            self.refuse("form-translation", {"id": identity}, reason, "Use label, description, text, message or values.CODE.")

    def _warn_of_gaps(self, component: Mapping[str, Any], name: str, said: Texts) -> None:
        missing = [language for language in LANGUAGES if language not in said]
        if said["en"] and missing:
            self._note(
                "form-untranslated", component, f"The {name} has no {', '.join(missing)}.", "Translate it in i18n.", warning=True
            )

    def _note(self, rule: str, component: Mapping[str, Any], reason: str, remedy: str, *, warning: bool = False) -> None:
        identity, name = str(component.get("id", "")), str(component.get("label", component.get("text", "")))
        severity: Any = "warning" if warning else "error"
        self.problems.append(Problem(rule, reason, remedy, element=identity, name=name, file=self.file, severity=severity))
