"""Compilers of function calls and of functions written in FEEL, and where functions are found by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.errors import LaneworkError, StepFailed
from engine.feel.border import to_feel
from engine.feel.closures import Closure, Compile
from engine.feel.functions import BUILTINS
from engine.feel.runtime import MISSING, MOST_CALLS_DEEP, Exceeded, Frame, Run
from engine.feel.syntax import Call, FunctionOf, Name, TypeOf, weight
from engine.feel.types import conforms
from engine.feel.values import Function, Value, kind_of

#: Calls a function with values and, when they are given by name, their names.
Caller = Callable[[Run, list[Value], tuple[str, ...]], Value]


def compile_call(node: Call, compiled: Compile) -> Closure:
    """`function(arguments)`."""
    arguments, names = tuple(compiled(argument) for argument in node.arguments), node.names
    find = _by_name(node.function.name) if isinstance(node.function, Name) else _by_value(compiled(node.function))

    def call(frame: Frame) -> Value:
        caller = find(frame)
        return None if caller is None else caller(frame.run, [argument(frame) for argument in arguments], names)

    return call


def compile_function(node: FunctionOf, compiled: Compile) -> Closure:
    """`function(a, b) result`: sees the variables of where it is written."""
    result, cost = compiled(node.result), weight(node.result)
    parameters = tuple(name for name, _ in node.parameters)

    def made(outer: Frame) -> Function:
        def call(run: Run, values: list[Value]) -> Value:
            if len(values) != len(parameters):
                return run.note(f"The function takes {len(parameters)} values, not {len(values)}.")
            run.spend(cost)
            given = {
                name: _fitting(name, value, wanted, run) for (name, wanted), value in zip(node.parameters, values, strict=True)
            }
            return run_deeper(run, lambda: result(Frame(given, outer, run)))

        return Function("function", parameters, call)

    return made


def run_deeper(run: Run, work: Callable[[], Value]) -> Value:
    """What the work gives, one call deeper.

    Raises:
        Exceeded: functions call each other too deep.
    """
    if run.calls_deep >= MOST_CALLS_DEEP:
        raise Exceeded("Functions call each other too deep.")
    run.calls_deep += 1
    try:
        return work()
    finally:
        run.calls_deep -= 1


def function_named(name: str, run: Run) -> Function | None:
    """A host's or the standard's function as a value."""
    host = run.functions.get(name)
    if host is not None:
        return Function(name, (), lambda run, values: _call_host(name, host, run, values, ()))
    builtin = BUILTINS.get(name)
    if builtin is not None:
        return Function(name, builtin.parameters, lambda run, values: builtin.call(run, values, ()))
    return None


def call_function(function: Function, run: Run, values: list[Value], names: tuple[str, ...] = ()) -> Value:
    """What a function value gives for these arguments."""
    if names:
        if set(names) != set(function.parameters):
            return run.note(f"{function.name} has the parameters {', '.join(function.parameters)}.")
        given = dict(zip(names, values, strict=True))
        values = [given[name] for name in function.parameters]
    return function.call(run, values)


def _by_name(name: str) -> Callable[[Frame], Caller | None]:
    builtin = BUILTINS.get(name)

    def find(frame: Frame) -> Caller | None:
        found = frame.find(name)
        if type(found) is Function:
            return _calling(found)
        host = frame.run.functions.get(name)
        if host is not None:
            return lambda run, values, names: _call_host(name, host, run, values, names)
        if builtin is not None:
            return builtin.call
        reason = f"There is no function “{name}”." if found is MISSING else f"“{name}” is no function."
        frame.run.note(reason)
        return None

    return find


def _by_value(function: Closure) -> Callable[[Frame], Caller | None]:
    def find(frame: Frame) -> Caller | None:
        found = function(frame)
        if type(found) is Function:
            return _calling(found)
        frame.run.note(f"A {kind_of(found)} cannot be called.")
        return None

    return find


def _calling(function: Function) -> Caller:
    return lambda run, values, names: call_function(function, run, values, names)


def _call_host(name: str, host: Callable[..., Any], run: Run, values: list[Value], names: tuple[str, ...]) -> Value:
    """What a function of the host gives; its refusals give null, its failures and defects are not hidden."""
    try:
        if names:
            return to_feel(host(**{key.replace(" ", "_"): value for key, value in zip(names, values, strict=True)}))
        return to_feel(host(*values))
    except StepFailed:
        raise
    except (LaneworkError, TypeError, ValueError, ArithmeticError) as error:
        return run.note(f"{name}: {error}")


def _fitting(name: str, value: Value, wanted: TypeOf | None, run: Run) -> Value:
    """The value as the parameter may have it: null where it is of another type."""
    if wanted is None or value is None or conforms(value, wanted, run):
        return value
    return run.note(f"“{name}” must be a {wanted.name}, not a {kind_of(value)}.")
