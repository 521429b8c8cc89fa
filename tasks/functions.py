"""The functions that expressions may call besides those of FEEL: working days and parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine import feel
from engine.errors import StepFailed
from engine.ports import Context as EngineContext
from tasks.context import Context, in_house
from tasks.house import House


def host_functions(ctx: EngineContext, case_number: str, scope: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    """The functions of the house in an act, over the scope of a step."""
    return house_functions(in_house(ctx).house, ctx.now, scope, case_number)


def house_functions(
    house: House, now: datetime, scope: Mapping[str, Any], case_number: str = ""
) -> Mapping[str, Callable[..., Any]]:
    """`workdays(n)`, `due("PRM-…")`, `parameter("PRM-…")` and `case_number()` over a scope."""

    def parameter(name: Any) -> Any:
        return _parameter(house, str(name), scope, now)

    def workdays(days: Any) -> str:
        if not isinstance(days, Decimal | int | float):
            raise StepFailed("workdays", f"{days!r} is no number of working days.")
        return house.calendar.due_after(now, Decimal(str(days))).astimezone(house.zone).isoformat()

    def due(name: Any) -> str:
        return workdays(parameter(name))

    def number() -> str:
        return case_number

    return {"workdays": workdays, "due": due, "parameter": parameter, "case_number": number}


def parameter_value(ctx: Context, name: str, scope: Mapping[str, Any]) -> Any:
    """The value of a parameter: its FEEL expression over a scope.

    Raises:
        NotFound: there is no such parameter.
    """
    return _parameter(ctx.house, name, scope, ctx.now)


def _parameter(house: House, name: str, scope: Mapping[str, Any], now: datetime) -> Any:
    expression = feel.compile_expression(house.parameters.get(name).expression)
    return feel.to_json(expression.evaluate(scope, {}, now=now).value)
