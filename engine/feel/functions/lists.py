"""Functions on lists. Positions count from 1, from the end when negative."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cmp_to_key

from engine.feel.functions.book import Book
from engine.feel.functions.strings import index_from
from engine.feel.operators import compare, equal
from engine.feel.runtime import MOST_ITEMS, Exceeded, Refused, Run, items_within_limit
from engine.feel.values import Function, Months, Value

LISTS = Book()

#: Kinds whose equality in Python is that of FEEL.
_HASHABLE = frozenset({type(None), bool, Decimal, str, date, timedelta, Months})


def _same(left: Value, right: Value, run: Run) -> bool:
    """Whether two items are the same one: null is, and kinds that differ are not worth a note."""
    return type(left) is type(right) and (left is None or equal(left, right, run) is True)


@LISTS.define("list contains", "list: list", "element: any")
def _list_contains(run: Run, items: list[Value], element: Value) -> Value:
    return any(_same(item, element, run) for item in items)


@LISTS.define("count", "list: any*")
@LISTS.define("count", "list: list")
def _count(run: Run, items: list[Value]) -> Value:
    return Decimal(len(items))


@LISTS.define("min", "list: any*")
@LISTS.define("min", "list: list")
def _min(run: Run, items: list[Value]) -> Value:
    return _extreme(items, -1, run)


@LISTS.define("max", "list: any*")
@LISTS.define("max", "list: list")
def _max(run: Run, items: list[Value]) -> Value:
    return _extreme(items, 1, run)


@LISTS.define("all", "list: any*")
@LISTS.define("all", "list: list")
def _all(run: Run, items: list[Value]) -> Value:
    return _decided(items, deciding=False)


@LISTS.define("any", "list: any*")
@LISTS.define("any", "list: list")
def _any(run: Run, items: list[Value]) -> Value:
    return _decided(items, deciding=True)


@LISTS.define("sublist", "list: list", "start position: number", "length: number?")
def _sublist(run: Run, items: list[Value], position: Decimal, length: Decimal | None = None) -> Value:
    start = index_from(position, len(items))
    if length is None:
        return items[start:]
    if length < 0 or start + length > len(items):
        raise Refused("the list is shorter")
    return items[start : start + int(length)]


@LISTS.define("append", "list: list", "item: any*")
def _append(run: Run, items: list[Value], more: list[Value]) -> Value:
    return items_within_limit([*items, *more])


@LISTS.define("concatenate", "list: list*")
def _concatenate(run: Run, lists: list[list[Value]]) -> Value:
    return _all_items(lists, run)


@LISTS.define("union", "list: list*")
def _union(run: Run, lists: list[list[Value]]) -> Value:
    return _distinct(_all_items(lists, run), run)


@LISTS.define("distinct values", "list: list")
def _distinct_values(run: Run, items: list[Value]) -> Value:
    return _distinct(items, run)


@LISTS.define("duplicate values", "list: list")
def _duplicate_values(run: Run, items: list[Value]) -> Value:
    seen, again = _Seen(run), []
    for item in items:
        if seen.holds(item):
            again.append(item)
        seen.add(item)
    return _distinct(again, run)


@LISTS.define("flatten", "list: list")
def _flatten(run: Run, items: list[Value]) -> Value:
    flat: list[Value] = []
    waiting = items[::-1]
    while waiting:
        item = waiting.pop()
        if type(item) is list:
            run.spend(len(item) + 1)
            waiting.extend(item[::-1])
        else:
            flat.append(item)
    return items_within_limit(flat)


@LISTS.define("insert before", "list: list", "position: number", "newItem: any")
def _insert_before(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    index = index_from(position, len(items))
    return items_within_limit([*items[:index], item, *items[index:]])


@LISTS.define("remove", "list: list", "position: number")
def _remove(run: Run, items: list[Value], position: Decimal) -> Value:
    index = index_from(position, len(items))
    return [*items[:index], *items[index + 1 :]]


@LISTS.define("list replace", "list: list", "position: number", "newItem: any")
def _replace_at(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    index = index_from(position, len(items))
    return [*items[:index], item, *items[index + 1 :]]


@LISTS.define("list replace", "list: list", "match: function", "newItem: any")
def _replace_matching(run: Run, items: list[Value], match: Function, new: Value) -> Value:
    if len(match.parameters) != len(["item", "newItem"]):
        raise Refused("its match takes an item and the new one")
    matched = [match.call(run, [item, new]) for item in items]
    if not all(type(found) is bool for found in matched):
        raise Refused("its match says neither true nor false")
    return [new if found else item for item, found in zip(items, matched, strict=True)]


@LISTS.define("reverse", "list: list")
def _reverse(run: Run, items: list[Value]) -> Value:
    return items[::-1]


@LISTS.define("index of", "list: list", "match: any")
def _index_of(run: Run, items: list[Value], match: Value) -> Value:
    return [Decimal(index) for index, item in enumerate(items, 1) if _same(item, match, run)]


@LISTS.define("sort", "list: list", "precedes: function?")
def _sort(run: Run, items: list[Value], precedes: Function | None = None) -> Value:
    if precedes is None:
        return sorted(items, key=cmp_to_key(lambda a, b: _ordered(a, b, run)))
    return sorted(items, key=cmp_to_key(_by(precedes, run)))


def _by(precedes: Function, run: Run) -> Callable[[Value, Value], int]:
    def order(left: Value, right: Value) -> int:
        run.spend(2)
        if precedes.call(run, [left, right]) is True:
            return -1
        return 1 if precedes.call(run, [right, left]) is True else 0

    return order


def _ordered(left: Value, right: Value, run: Run) -> int:
    run.spend(1)
    order = compare(left, right, run)
    if order is None:
        raise Refused("the items have no common order")
    return order


def _extreme(items: list[Value], sign: int, run: Run) -> Value:
    if not items:
        return None
    found = items[0]
    if len(items) == 1:
        _ordered(found, found, run)
    for item in items[1:]:
        if _ordered(item, found, run) == sign:
            found = item
    return found


def _decided(items: list[Value], *, deciding: bool) -> bool | None:
    if deciding in (item for item in items if type(item) is bool):
        return deciding
    return None if any(type(item) is not bool for item in items) else not deciding


def _all_items(lists: list[list[Value]], run: Run) -> list[Value]:
    total = sum(map(len, lists))
    if total > MOST_ITEMS:
        raise Exceeded(f"A list has more than {MOST_ITEMS} items.")
    run.spend(total)
    return [item for items in lists for item in items]


class _Seen:
    """The items met so far: plain ones in a set, lists and contexts one by one."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._plain: set[tuple[type, Value]] = set()
        self._others: list[Value] = []

    def holds(self, item: Value) -> bool:
        """Whether the item was met before."""
        if type(item) in _HASHABLE:
            return (type(item), item) in self._plain
        self._run.spend(len(self._others))
        return any(_same(item, other, self._run) for other in self._others)

    def add(self, item: Value) -> None:
        """Keeps an item in mind."""
        if type(item) in _HASHABLE:
            self._plain.add((type(item), item))
        else:
            self._others.append(item)


def _distinct(items: list[Value], run: Run) -> list[Value]:
    """Each item once, in the order of first appearance."""
    seen, kept = _Seen(run), []
    for item in items:
        if not seen.holds(item):
            seen.add(item)
            kept.append(item)
    return kept
