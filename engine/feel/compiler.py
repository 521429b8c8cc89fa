"""Syntax trees made into closures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel.building import (
    compile_arithmetic,
    compile_context,
    compile_instance_of,
    compile_list,
    compile_negation,
    compile_power,
    compile_range,
)
from engine.feel.calling import compile_call, compile_function
from engine.feel.cells import compile_in, compile_tests
from engine.feel.closures import Closure, Test
from engine.feel.iterating import compile_filter, compile_for, compile_quantified
from engine.feel.logic import compile_between, compile_comparison, compile_empty, compile_if, compile_junction, compile_not
from engine.feel.reading import compile_literal, compile_name, compile_path
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextOf,
    Empty,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Junction,
    ListOf,
    Literal,
    Name,
    Negation,
    Node,
    Not,
    Path,
    Power,
    Quantified,
    RangeOf,
    Tests,
)

_COMPILERS: Mapping[type[Node], Callable[[Any, Callable[[Node], Closure]], Closure]] = {
    Literal: compile_literal,
    Name: compile_name,
    Path: compile_path,
    Filter: compile_filter,
    Call: compile_call,
    ListOf: compile_list,
    ContextOf: compile_context,
    RangeOf: compile_range,
    Junction: compile_junction,
    Arithmetic: compile_arithmetic,
    Power: compile_power,
    Negation: compile_negation,
    Comparison: compile_comparison,
    Between: compile_between,
    In: compile_in,
    If: compile_if,
    For: compile_for,
    Quantified: compile_quantified,
    InstanceOf: compile_instance_of,
    FunctionOf: compile_function,
    Not: compile_not,
    Empty: compile_empty,
}


def compiled(node: Node) -> Closure:
    """The closure of a syntax tree."""
    return _COMPILERS[type(node)](node, compiled)


def compiled_tests(node: Tests) -> Test:
    """The closure of unary tests."""
    return compile_tests(node, compiled)
