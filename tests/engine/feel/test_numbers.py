"""The functions on numbers."""

from __future__ import annotations

import pytest

from tests.engine.feel.tables import rows, value_of

TABLE = r"""
product([2,3,4]) => 24
product([]) => null
median(8, 2, 5, 3, 4) => 4
median([6, 1, 2, 3]) => 2.5
median([]) => null
stddev(2, 4, 7, 5) => 2.081665999466132735282297706979931
stddev([47]) => null
stddev([]) => null
mode(6, 3, 9, 6, 6) => [6]
mode([6, 1, 9, 6, 1]) => [1, 6]
mode([]) => []
decimal(1/3, 2) => 0.33
decimal(1.5, 0) => 2
decimal(2.5, 0) => 2
floor(1.5) => 1
floor(-1.5) => -2
floor(1.56, 1) => 1.5
ceiling(1.5) => 2
ceiling(-1.5) => -1
ceiling(-1.56, 1) => -1.5
round up(5.5, 0) => 6
round up(-5.5, 0) => -6
round up(1.121, 2) => 1.13
round down(5.5, 0) => 5
round down(-5.5, 0) => -5
round half up(5.5, 0) => 6
round half up(-5.5, 0) => -6
round half down(5.5, 0) => 5
round half down(-5.5, 0) => -5
abs(-10) => 10
abs(@"-P1D") => P1D
modulo(12, 5) => 2
modulo(-12, 5) => 3
modulo(12, -5) => -3
modulo(-12, -5) => -2
modulo(10.1, 4.5) => 1.1
modulo(12, 0) => null
sqrt(16) => 4
log(10) => 2.302585092994045684017991454684364
exp(5) => 148.4131591025766034211155800405523
odd(5) => true
odd(-3) => true
even(2) => true
even(0) => true
even(1.5) => false
round up(1.5) => 2
abs(null) => null
decimal(0.125, 2) => 0.12
decimal(1234, -2) => 1200
decimal(1, 7000) => null
decimal(10 ** 40, 0) => 10000000000000000000000000000000000000000
round half up(2.345, 2) => 2.35
round half down(2.345, 2) => 2.34
round down(-1.9) => -1
abs(@"-P1Y") => P1Y
modulo(5, 2.5) => 0
modulo("5", 2) => null
sqrt(2) => 1.414213562373095048801688724209698
sqrt(-1) => null
log(0) => null
exp(99999) => null
odd(2.5) => false
median("a") => null
mode([1, null]) => null
10 ** 7000 => null
5 ** 2.55 => null
5 ** 2.0 => 25
0 / 1 => 0
"""


@pytest.mark.parametrize(("expression", "value"), rows(TABLE))
def test_an_expression_gives_what_the_standard_says(expression, value):
    assert value_of(expression) == value
