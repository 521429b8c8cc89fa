"""The form that syntax trees are compiled to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel.runtime import Frame
from engine.feel.syntax import Node
from engine.feel.values import Value

#: A compiled part of an expression: takes the variables, gives the value.
Closure = Callable[[Frame], Value]

#: Compiles a part; handed to the compilers of what surrounds it.
Compile = Callable[[Node], Closure]

#: A compiled unary test: takes the input and the variables.
Test = Callable[[Any, Frame], "bool | None"]
