"""Functions on numbers and on lists of numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.feel.functions.book import Book
from engine.feel.operators import add
from engine.feel.runtime import Refused, Run
from engine.feel.values import DECIMAL, Months, Value

NUMBERS = Book()

_ONE = Decimal(1)


@NUMBERS.define("decimal", "n: number", "scale: number")
def _decimal(run: Run, number: Decimal, scale: Decimal) -> Value:
    return _rounded(number, scale, ROUND_HALF_EVEN)


@NUMBERS.define("floor", "n: number", "scale: number?")
def _floor(run: Run, number: Decimal, scale: Decimal | None = None) -> Value:
    return _rounded(number, scale, ROUND_FLOOR)


@NUMBERS.define("ceiling", "n: number", "scale: number?")
def _ceiling(run: Run, number: Decimal, scale: Decimal | None = None) -> Value:
    return _rounded(number, scale, ROUND_CEILING)


@NUMBERS.define("round up", "n: number", "scale: number?")
def _round_up(run: Run, number: Decimal, scale: Decimal | None = None) -> Value:
    return _rounded(number, scale, ROUND_UP)


@NUMBERS.define("round down", "n: number", "scale: number?")
def _round_down(run: Run, number: Decimal, scale: Decimal | None = None) -> Value:
    return _rounded(number, scale, ROUND_DOWN)


@NUMBERS.define("round half up", "n: number", "scale: number?")
def _round_half_up(run: Run, number: Decimal, scale: Decimal | None = None) -> Value:
    return _rounded(number, scale, ROUND_HALF_UP)


@NUMBERS.define("round half down", "n: number", "scale: number?")
def _round_half_down(run: Run, number: Decimal, scale: Decimal | None = None) -> Value:
    return _rounded(number, scale, ROUND_HALF_DOWN)


@NUMBERS.define("abs", "n: number|days|months")
def _abs(run: Run, value: Value) -> Value:
    if isinstance(value, Months):
        return Months(abs(value.months))
    return DECIMAL.abs(value) if isinstance(value, Decimal) else abs(value)


@NUMBERS.define("modulo", "dividend: number", "divisor: number")
def _modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    rest = DECIMAL.remainder(dividend, divisor)
    return DECIMAL.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@NUMBERS.define("sqrt", "number: number")
def _sqrt(run: Run, number: Decimal) -> Value:
    return DECIMAL.sqrt(number)


@NUMBERS.define("log", "number: number")
def _log(run: Run, number: Decimal) -> Value:
    if number <= 0:
        raise Refused("the number must be above 0")
    return DECIMAL.ln(number)


@NUMBERS.define("exp", "number: number")
def _exp(run: Run, number: Decimal) -> Value:
    return DECIMAL.exp(number)


@NUMBERS.define("odd", "number: number")
def _odd(run: Run, number: Decimal) -> Value:
    return abs(DECIMAL.remainder(number, Decimal(2))) == 1


@NUMBERS.define("even", "number: number")
def _even(run: Run, number: Decimal) -> Value:
    return DECIMAL.remainder(number, Decimal(2)) == 0


@NUMBERS.define("sum", "list: any*")
@NUMBERS.define("sum", "list: list")
def _sum(run: Run, items: list[Value]) -> Value:
    if not items:
        return None
    if type(items[0]) in {timedelta, Months}:
        return _sum_of_durations(items, run)
    total = Decimal(0)
    for number in _numbers(items):
        total = DECIMAL.add(total, number)
    return total


@NUMBERS.define("product", "list: any*")
@NUMBERS.define("product", "list: list")
def _product(run: Run, items: list[Value]) -> Value:
    if not items:
        return None
    product = _ONE
    for number in _numbers(items):
        product = DECIMAL.multiply(product, number)
    return product


@NUMBERS.define("mean", "list: any*")
@NUMBERS.define("mean", "list: list")
def _mean(run: Run, items: list[Value]) -> Value:
    return _average(_numbers(items)) if items else None


@NUMBERS.define("median", "list: any*")
@NUMBERS.define("median", "list: list")
def _median(run: Run, items: list[Value]) -> Value:
    if not items:
        return None
    numbers = sorted(_numbers(items))
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else _average(numbers[middle - 1 : middle + 1])


@NUMBERS.define("stddev", "list: any*")
@NUMBERS.define("stddev", "list: list")
def _stddev(run: Run, items: list[Value]) -> Value:
    """The standard deviation of a sample."""
    if len(items) < 2:
        raise Refused("it takes at least two numbers")
    numbers = _numbers(items)
    mean = _average(numbers)
    squares = Decimal(0)
    for number in numbers:
        distance = DECIMAL.subtract(number, mean)
        squares = DECIMAL.add(squares, DECIMAL.multiply(distance, distance))
    return DECIMAL.sqrt(DECIMAL.divide(squares, Decimal(len(numbers) - 1)))


@NUMBERS.define("mode", "list: any*")
@NUMBERS.define("mode", "list: list")
def _mode(run: Run, items: list[Value]) -> Value:
    """The most frequent numbers, ascending."""
    counts: dict[Decimal, int] = {}
    for number in _numbers(items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


def _rounded(number: Decimal, scale: Decimal | None, mode: str) -> Decimal:
    places = 0 if scale is None else _places(scale)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return number
    return number.quantize(_ONE.scaleb(-places), rounding=mode, context=DECIMAL)


def _places(scale: Decimal) -> int:
    if not -6111 <= scale <= 6176:
        raise Refused("“scale” must be from -6111 to 6176")
    return int(scale)


def _numbers(items: list[Value]) -> list[Decimal]:
    if not all(type(item) is Decimal for item in items):
        raise Refused("all items must be numbers")
    return items


def _average(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = DECIMAL.add(total, number)
    return DECIMAL.divide(total, Decimal(len(numbers)))


def _sum_of_durations(items: list[Value], run: Run) -> Value:
    total = items[0]
    for item in items[1:]:
        total = add(total, item, run)
    return total
