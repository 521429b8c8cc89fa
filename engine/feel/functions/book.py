"""How a function of the standard is defined, bound to arguments and called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.runtime import Refused, Run
from engine.feel.values import Function, Months, Range, Value, kind_of

_TYPES: Mapping[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset({Function}),
    "date": frozenset({date}),
    "time": frozenset({time}),
    "moment": frozenset({datetime}),
    "days": frozenset({timedelta}),
    "months": frozenset({Months}),
}
_CALLED = {"moment": "date and time", "days": "days and time duration", "months": "years and months duration"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: `types` is None where anything goes, null included."""

    name: str
    types: frozenset[type] | None
    called: str
    optional: bool = False
    variadic: bool = False

    def accept(self, value: Value) -> Value:
        """The value as the function gets it: a list of one stands for its item, an item for its list.

        Raises:
            Refused: it is of another kind.
        """
        if self.types is None or type(value) in self.types or (value is None and self.optional):
            return value
        if list in self.types and value is not None:
            return [value]
        if type(value) is list and len(value) == 1 and type(value[0]) in self.types:
            return value[0]
        raise Refused(f"“{self.name}” must be a {self.called}, not {_article(kind_of(value))}")


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function, with at least and at most so many values; most is -1 where the last is repeated."""

    parameters: tuple[Parameter, ...]
    work: Callable[..., Value]
    least: int
    most: int

    def bind(self, values: Sequence[Value], names: Sequence[str]) -> list[Value]:
        """The arguments in the order of the parameters.

        Raises:
            Refused: they do not fit.
        """
        if names:
            values = self._ordered(dict(zip(names, values, strict=True)))
        if self.most < 0:
            return self._variadic(values)
        if not self.least <= len(values) <= self.most:
            raise Refused(f"it takes {self.least if self.least == self.most else f'{self.least} to {self.most}'} values")
        return [parameter.accept(value) for parameter, value in zip(self.parameters, values, strict=False)]

    def _ordered(self, given: dict[str, Value]) -> list[Value]:
        values = [given.pop(parameter.name, None) for parameter in self.parameters]
        if given:
            raise Refused(f"it has no parameter “{next(iter(given))}”")
        return values

    def _variadic(self, values: Sequence[Value]) -> list[Value]:
        fixed, last = self.parameters[:-1], self.parameters[-1]
        least = len(fixed) if fixed or last.types else 2  # a single value is the list itself, and has a signature of its own
        if len(values) < least:
            raise Refused(f"it takes at least {least} values")
        bound = [parameter.accept(value) for parameter, value in zip(fixed, values, strict=False)]
        return [*bound, [last.accept(value) for value in values[len(fixed) :]]]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of the standard with all its signatures."""

    name: str
    signatures: tuple[Signature, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters of its first signature."""
        return tuple(parameter.name for parameter in self.signatures[0].parameters)

    def call(self, run: Run, values: list[Value], names: tuple[str, ...]) -> Value:
        """What it gives; null with a note where it does not apply."""
        reason = ""
        for signature in self.signatures:
            try:
                arguments = signature.bind(values, names)
            except Refused as refusal:
                reason = reason or str(refusal)
            else:
                return self._work(signature, run, arguments)
        return run.note(f"{self.name}: {reason}.")

    def _work(self, signature: Signature, run: Run, arguments: list[Value]) -> Value:
        for argument in arguments:
            if type(argument) is list:
                run.spend(len(argument))
        try:
            return signature.work(run, *arguments)
        except Refused as refusal:
            return run.note(f"{self.name}: {refusal}.")
        except (ArithmeticError, ValueError):
            return run.note(f"{self.name}: there is no result for these values.")


class Book:
    """Functions of one subject, by name."""

    def __init__(self) -> None:
        self.functions: dict[str, Builtin] = {}

    def define(self, name: str, *parameters: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
        """Defines a function, or one more signature of it.

        A parameter is written `name: kind`, with `|` between kinds, `?` behind an optional and `*` behind a repeated one.
        """

        def keep(work: Callable[..., Any]) -> Callable[..., Any]:
            signature = _signature(tuple(map(_parameter, parameters)), work)
            earlier = self.functions.get(name, Builtin(name, ()))
            self.functions[name] = Builtin(name, (*earlier.signatures, signature))
            return work

        return keep


def _signature(parameters: tuple[Parameter, ...], work: Callable[..., Any]) -> Signature:
    least = sum(not parameter.optional for parameter in parameters)
    return Signature(parameters, work, least, -1 if parameters and parameters[-1].variadic else len(parameters))


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(": ")
    optional, variadic = kinds.endswith("?"), kinds.endswith("*")
    names = kinds.rstrip("?*").split("|")
    types = None if names == ["any"] else frozenset().union(*(_TYPES[kind] for kind in names))
    return Parameter(name, types, " or ".join(_CALLED.get(kind, kind) for kind in names), optional, variadic)


def _article(kind: str) -> str:
    return kind if kind == "null" else f"a {kind}"
