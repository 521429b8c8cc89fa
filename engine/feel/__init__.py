"""FEEL, the expression language of DMN (1.3 to 1.5, chapter 10): compiled once, evaluated fast, bounded in time and size.

>>> compile_expression("if total > 1000 then total * 0.9 else total").evaluate({"total": 1200}).value
Decimal('1080.0')
>>> compile_unary_tests("[0..0.5), > 2").evaluate(0.5, {}).value
False
>>> compile_attribute("Order ${number}").evaluate({"number": 4711}).value
'Order 4711'
"""

from __future__ import annotations

from engine.feel.attributes import Attribute, compile_attribute
from engine.feel.border import to_feel, to_json
from engine.feel.expressions import Expression, Result, UnaryTests, compile_expression, compile_unary_tests
from engine.feel.values import Function, Months, Range, Value

__all__ = [
    "Attribute",
    "Expression",
    "Function",
    "Months",
    "Range",
    "Result",
    "UnaryTests",
    "Value",
    "compile_attribute",
    "compile_expression",
    "compile_unary_tests",
    "to_feel",
    "to_json",
]
