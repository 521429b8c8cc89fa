"""The parameters of the house: limits and terms that the works manager sets, each as an expression."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import ExpressionInvalid, NotFound, SettingsInvalid
from engine.feel import compile_expression
from tasks.texts import LANGUAGES, Texts

#: What a value may be counted in; `wd` is working days.
UNITS = ("wd", "days", "hours", "%", "CNY", "count", "switch", "cycle", "rule", "calendar")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that is set outside the drawings: FEEL over the variables of the case, so that it may follow a rule's result."""

    id: str
    expression: str
    unit: str
    meaning: Texts


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters, by id."""

    parameters: Mapping[str, Parameter]

    def get(self, parameter: str) -> Parameter:
        """A parameter by id.

        Raises:
            NotFound: there is none.
        """
        if parameter not in self.parameters:
            raise NotFound("parameter", parameter)
        return self.parameters[parameter]

    def __contains__(self, parameter: object) -> bool:
        return parameter in self.parameters

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters.values())


def read_parameters(text: str) -> Parameters:
    """Parameters as `parameters.toml` has them; every expression is parsed.

    Raises:
        SettingsInvalid: names the parameter that cannot be used.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid("parameters.toml", str(error)) from error
    return Parameters({key: _parameter(key, row) for key, row in content.items()})


def _parameter(key: str, row: Mapping[str, Any]) -> Parameter:
    where, expression, unit = f"parameters.toml: {key}", str(row.get("value", "")), str(row.get("unit", ""))
    if unit not in UNITS:
        raise SettingsInvalid(where, f"the unit “{unit}” is none of {', '.join(UNITS)}.")
    if not row.get("en"):
        raise SettingsInvalid(where, "there is no meaning in en.")
    try:
        compile_expression(expression)
    except ExpressionInvalid as error:
        raise SettingsInvalid(where, str(error)) from error
    return Parameter(key, expression, unit, {language: row[language] for language in LANGUAGES if row.get(language)})
