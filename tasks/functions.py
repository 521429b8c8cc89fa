"""The functions that expressions may call besides those of FEEL: working days and parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine import feel
from engine.errors import StepFailed
from engine.ports import Context as EngineContext
from tasks.context import Context, in_house


def host_functions(ctx: EngineContext, case_number: str, scope: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    """`workdays(n)`, `due("PRM-…")`, `parameter("PRM-…")` and `case_number()` over the scope of a step."""
    house_ctx = in_house(ctx)

    def parameter(name: Any) -> Any:
        return parameter_value(house_ctx, str(name), scope)

    def workdays(days: Any) -> str:
        if not isinstance(days, Decimal | int | float):
            raise StepFailed("workdays", f"{days!r} is no number of working days.")
        due = house_ctx.house.calendar.due_after(ctx.now, Decimal(str(days)))
        return due.astimezone(house_ctx.house.zone).isoformat()

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
    expression = feel.compile_expression(ctx.house.parameters.get(name).expression)
    return feel.to_json(expression.evaluate(scope, {}, now=ctx.now).value)
