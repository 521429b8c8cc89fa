"""Functions that compare ranges and points; a point is the range from itself to itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from engine.errors import ExpressionInvalid
from engine.feel.functions.book import Book
from engine.feel.operators import compare
from engine.feel.parser import parse_expression
from engine.feel.runtime import Refused, Run
from engine.feel.syntax import Call, Literal, Name
from engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.values import Range, Value

RANGES = Book()

Relation = Callable[[Range, Range, Run], bool]


def before(left: Range, right: Range, run: Run) -> bool:
    """All of `left` lies before all of `right`."""
    order = _order(left.end, right.start, run, absent=1)
    return order < 0 or (order == 0 and not (left.end_included and right.start_included))


def meets(left: Range, right: Range, run: Run) -> bool:
    """The end of `left` is the start of `right`."""
    return left.end_included and right.start_included and _order(left.end, right.start, run, absent=1) == 0


def overlaps(left: Range, right: Range, run: Run) -> bool:
    """They share something."""
    return not before(left, right, run) and not before(right, left, run)


def overlaps_before(left: Range, right: Range, run: Run) -> bool:
    """`left` starts earlier, shares something and ends no later."""
    return _starts(left, right, run) < 0 and overlaps(left, right, run) and _ends(left, right, run) <= 0


def finishes(left: Range, right: Range, run: Run) -> bool:
    """`left` is the last part of `right`."""
    return _ends(left, right, run) == 0 and _starts(left, right, run) >= 0


def includes(left: Range, right: Range, run: Run) -> bool:
    """All of `right` lies in `left`."""
    return _starts(left, right, run) <= 0 and _ends(left, right, run) >= 0


def starts(left: Range, right: Range, run: Run) -> bool:
    """`left` is the first part of `right`."""
    return _starts(left, right, run) == 0 and _ends(left, right, run) <= 0


def coincides(left: Range, right: Range, run: Run) -> bool:
    """They are the same."""
    return _starts(left, right, run) == 0 == _ends(left, right, run)


_RANGE = re.compile(r"\s*([\[\](])(.*)\.\.(.*)([\])\[])\s*", re.DOTALL)
#: Functions of a text that may write the end of a range.
_WRITTEN: Mapping[str, Callable[[str], Value]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}


@RANGES.define("range", "from: string")
def _range(run: Run, text: str) -> Value:
    """The range that a text writes; its ends are literals, and one of them may be missing."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise Refused(f"“{text[:100]}” is no range")
    opening, first, last, closing = found.groups()
    start, end = _written(first), _written(last)
    if start is None is end or (start is not None and end is not None and _order(start, end, run) > 0):
        raise Refused(f"“{text[:100]}” is no range")
    if (start is None and opening == "[") or (end is None and closing == "]"):
        raise Refused("a range includes no end that it does not have")
    return Range(start, end, opening == "[", closing == "]")


def _written(text: str) -> Value:
    """The end of a range, None where there is none."""
    if not text.strip():
        return None
    try:
        node = parse_expression(text, ())
    except ExpressionInvalid:
        raise Refused(f"“{text[:100]}” is no end of a range") from None
    value = None
    match node:
        case Literal(value):
            pass
        case Call(Name(name), (Literal(str(inside)),)) if name in _WRITTEN:
            value = _WRITTEN[name](inside)
    if value is None:
        raise Refused("the ends of the range must be written down")
    return value


def _order(left: Value, right: Value, run: Run, *, absent: int = 0) -> int:
    """The order of two ends; `absent` is what it is when one of them is unbounded."""
    if left is None or right is None:
        return absent
    order = compare(left, right, run)
    if order is None:
        raise Refused("the values have no common order")
    return order


def _starts(left: Range, right: Range, run: Run) -> int:
    """Which starts first."""
    if left.start is None or right.start is None:
        return int(right.start is None) - int(left.start is None)
    order = _order(left.start, right.start, run)
    return order or int(right.start_included) - int(left.start_included)


def _ends(left: Range, right: Range, run: Run) -> int:
    """Which ends first."""
    if left.end is None or right.end is None:
        return int(left.end is None) - int(right.end is None)
    order = _order(left.end, right.end, run)
    return order or int(left.end_included) - int(right.end_included)


def _as_range(value: Value) -> Range:
    if value is None:
        raise Refused("a value is null")
    return value if isinstance(value, Range) else Range(value, value)


def _define(name: str, first: str, second: str, relation: Relation) -> None:
    def work(run: Run, left: Value, right: Value) -> Value:
        return relation(_as_range(left), _as_range(right), run)

    RANGES.define(name, f"{first}: any", f"{second}: any")(work)


def _swapped(relation: Relation) -> Relation:
    return lambda left, right, run: relation(right, left, run)


_define("before", "point1", "point2", before)
_define("after", "point1", "point2", _swapped(before))
_define("meets", "range1", "range2", meets)
_define("met by", "range1", "range2", _swapped(meets))
_define("overlaps", "range1", "range2", overlaps)
_define("overlaps before", "range1", "range2", overlaps_before)
_define("overlaps after", "range1", "range2", _swapped(overlaps_before))
_define("finishes", "point", "range", finishes)
_define("finished by", "range", "point", _swapped(finishes))
_define("includes", "range", "point", includes)
_define("during", "point", "range", _swapped(includes))
_define("starts", "point", "range", starts)
_define("started by", "range", "point", _swapped(starts))
_define("coincides", "point1", "point2", coincides)
