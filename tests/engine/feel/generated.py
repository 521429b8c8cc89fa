"""FEEL expressions by the hundred, from a seed: of every kind, nested a little, each giving a JSON value."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

#: What the expressions read.
SCOPE = {"a": 3, "b": -2, "c": 0.5, "n": None, "s": "Lane", "t": True, "xs": [1, 2, 3, 2], "ctx": {"a": 1, "b": {"c": "x"}}}

NUMBERS = ("0", "1", "2", "3", "10", "2.5", "0.1", "-1", "a", "b", "c", "n", "ctx.a", "xs[1]", "xs[-1]", "xs[9]")
TEXTS = ('"lane"', '"work"', '""', '"a,b"', "s", "ctx.b.c", '"订单"', "n")
DAYS = ('date("2024-02-29")', 'date("2026-01-31")', 'date("2025-12-31")')
MONTHS = ('duration("P1M")', 'duration("P1Y2M")', 'duration("-P1M")')
LENGTHS = ('duration("P1D")', 'duration("PT36H")', 'duration("-PT30M")')
WRITTEN_NUMBERS = ('"1,000.5", ",", "."', '"12"')
PIECES = ('"a"', '"La"', '"e"')
PATTERNS = ('"^[a-z]+$"', '"k"')
PARTS = ('"a"', '""', '"z"')
JOINTS = ('"-"', '""')
RELATIONS = ("overlaps", "includes", "during", "meets", "starts", "finishes")
MOMENTS = ('date and time("2026-03-01T10:00:00Z")', 'date and time("2024-02-29T23:59:59Z")')


#: Cells and inputs, by the kind of the input.
CELLS = {
    "text": (
        ('"lane"', '"work"', '? != "lane"', "s", 'starts with(?, "l")', "string length(?) > 2"),
        ('"lane"', '"work"', '"Lane"', '""'),
    ),
    "number": (
        ("1", "> 2", "<= 2", "[1..3]", "(1..10)", "]1..10[", "[5..8)", "? > 1", "xs", "a", "b + 3", "modulo(?, 2) = 0"),
        ("1", "2.5", "10", "-1"),
    ),
    "truth": (("true", "false", "? = t"), ("true", "false")),
}


class Generator:
    """Draws expressions from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def draw(self, count: int) -> Iterator[str]:
        """Different expressions."""
        met: set[str] = set()
        kinds = (self.number, self.truth, self.text, self.list, self.temporal)
        while len(met) < count:
            made = self.random.choice(kinds)(3)
            if made not in met:
                met.add(made)
                yield made

    def pick(self, *choices: str) -> str:
        """One of some texts."""
        return self.random.choice(choices)

    def one(self, *makers: Callable[[], str]) -> str:
        """What one of some makers makes."""
        return self.random.choice(makers)()

    def number(self, depth: int) -> str:
        """A number."""
        if depth == 0 or self.random.random() < 0.25:
            return self.pick(*NUMBERS)
        n, xs, s = self.number, self.list, self.text
        d = depth - 1
        return self.one(
            lambda: f"{n(d)} {self.pick('+', '-', '*', '/')} {n(d)}",
            lambda: f"({n(d)} {self.pick('+', '-')} {n(d)}) {self.pick('*', '/')} {n(d)}",
            lambda: f"{self.pick('2', '3', 'a', 'c')} ** {self.pick('2', '3', '0')}",
            lambda: f"-({n(d)})",
            lambda: f"if {self.truth(d)} then {n(d)} else {n(d)}",
            lambda: f"{self.pick('abs', 'floor', 'ceiling')}({n(d)})",
            lambda: f"modulo({n(d)}, {self.pick('2', '3', '-3', '10')})",
            lambda: f"{self.pick('sum', 'min', 'max', 'mean', 'median', 'count', 'product')}({xs(d)})",
            lambda: f"decimal({n(d)}, {self.pick('0', '1', '2')})",
            lambda: f"{self.pick('round up', 'round down', 'round half up', 'round half down')}({n(d)}, {self.pick('0', '1')})",
            lambda: f"string length({s(d)})",
            lambda: f"{self.pick(*DAYS)}.{self.pick('year', 'month', 'day', 'weekday')}",
            lambda: f"number({self.pick(*WRITTEN_NUMBERS)})",
            lambda: f"{xs(d)}[{self.pick('1', '2', '-1', '0')}]",
        )

    def truth(self, depth: int) -> str:
        """A truth value."""
        if depth == 0 or self.random.random() < 0.15:
            return self.pick("true", "false", "t", "n", "null")
        n, s, xs, t = self.number, self.text, self.list, self.truth
        d = depth - 1
        return self.one(
            lambda: f"({n(d)}) {self.pick('=', '!=', '<', '<=', '>', '>=')} ({n(d)})",
            lambda: f"({s(d)}) {self.pick('=', '!=', '<', '>')} ({s(d)})",
            lambda: f"({t(d)}) {self.pick('and', 'or')} ({t(d)})",
            lambda: f"not({t(d)})",
            lambda: f"({n(d)}) between {self.pick('0', '1', 'b')} and {self.pick('2', '10', 'a')}",
            lambda: f"({n(d)}) in {self.pick('[1..3]', '(0..10)', '[0..2)', '(1, 2, 3)', '> 2', '(< 0, > 5)', 'xs')}",
            lambda: f"({s(d)}) in ({self.pick(*TEXTS[:3])}, {self.pick(*TEXTS[:3])})",
            lambda: f"{self.pick('some', 'every')} x in {xs(d)} satisfies x {self.pick('>', '<', '=')} {n(0)}",
            lambda: f"{self.pick('contains', 'starts with', 'ends with')}({s(d)}, {self.pick(*PIECES)})",
            lambda: f"matches({s(d)}, {self.pick(*PATTERNS)})",
            lambda: f"list contains({xs(d)}, {n(0)})",
            lambda: f"{self.pick('all', 'any')}([{t(d)}, {t(d)}])",
            lambda: f"({n(d)}) instance of {self.pick('number', 'string', 'boolean')}",
            lambda: f"({s(d)}) instance of {self.pick('number', 'string')}",
            lambda: f"{self.pick(*DAYS)} {self.pick('<', '>', '=', '!=')} {self.pick(*DAYS)}",
            lambda: f"{self.pick('before', 'after')}({n(0)}, {self.pick('[1..3]', '(0..2)', '5')})",
            lambda: f"{self.pick(*RELATIONS)}({self.pick('[1..3]', '(2..5)')}, {self.pick('[1..5]', '[3..4]', '[5..8]')})",
        )

    def text(self, depth: int) -> str:
        """A text."""
        if depth == 0 or self.random.random() < 0.3:
            return self.pick(*TEXTS)
        s, n = self.text, self.number
        d = depth - 1
        return self.one(
            lambda: f"{s(d)} + {s(d)}",
            lambda: f"substring({s(d)}, {self.pick('1', '2', '-2', '9')}{self.pick('', ', 1', ', 2')})",
            lambda: f"{self.pick('substring before', 'substring after')}({s(d)}, {self.pick(*PARTS)})",
            lambda: f"{self.pick('upper case', 'lower case')}({s(d)})",
            lambda: f"string({self.pick(*NUMBERS, *DAYS, *MONTHS, *LENGTHS, 'true', 'null')})",
            lambda: f'string join(["x", {s(0)}, {s(0)}], {self.pick(*JOINTS)})',
            lambda: f'replace({s(d)}, "{self.pick("a", "[ae]", "z", ".")}", "{self.pick("", "-")}")',
            lambda: f"if {self.truth(d)} then {s(d)} else {s(d)}",
            lambda: f'split({s(d)}, ",")[1]',
            lambda: f"string({n(d)} > 1)",
        )

    def list(self, depth: int) -> str:
        """A list of numbers."""
        if depth == 0 or self.random.random() < 0.3:
            return self.pick("xs", "[]", "[1]", "[3, 1, 2]", "[0, null, 2]")
        xs, n = self.list, self.number
        d = depth - 1
        return self.one(
            lambda: f"[{n(d)}, {n(d)}]",
            lambda: f"(for x in {xs(d)} return x {self.pick('+', '*')} {n(0)})",
            lambda: f"(for i in {self.pick('1..3', '3..1', '0..2')} return i * {n(0)})",
            lambda: f"{xs(d)}[item {self.pick('>', '<=', '=')} {n(0)}]",
            lambda: f"append({xs(d)}, {n(0)})",
            lambda: f"concatenate({xs(d)}, {xs(d)})",
            lambda: f"reverse({xs(d)})",
            lambda: f"distinct values({xs(d)})",
            lambda: f"union({xs(d)}, {xs(d)})",
            lambda: f"flatten([{xs(d)}, [{n(0)}]])",
            lambda: f"sublist({xs(d)}, {self.pick('1', '2', '-2')}{self.pick('', ', 1')})",
            lambda: f"remove({xs(d)}, {self.pick('1', '-1')})",
            lambda: f"insert before({xs(d)}, {self.pick('1', '2')}, {n(0)})",
            lambda: f"index of({xs(d)}, {self.pick('1', '2', 'null')})",
            lambda: f"sort({self.pick('xs', '[3, 1, 2]')}, function(x, y) x {self.pick('<', '>')} y)",
        )

    def temporal(self, depth: int) -> str:
        """A date, moment or duration, as text or as one of its parts."""
        if not depth:
            return self.pick(*DAYS)
        day, months, length, moment = self.pick(*DAYS), self.pick(*MONTHS), self.pick(*LENGTHS), self.pick(*MOMENTS)
        return self.pick(
            f"string({day} {self.pick('+', '-')} {months})",
            f"string({day} {self.pick('+', '-')} {length})",
            f"string({day} - {self.pick(*DAYS)})",
            f"string({moment} {self.pick('+', '-')} {length})",
            f"string({moment} {self.pick('+', '-')} {months})",
            f"string({moment} - {self.pick(*MOMENTS)})",
            f"string({length} {self.pick('+', '-')} {self.pick(*LENGTHS)})",
            f"string({months} + {self.pick(*MONTHS)})",
            f"string({length} * {self.pick('2', '0.5', '-1')})",
            f"string({months} * {self.pick('2', '-1')})",
            f"{length} {self.pick('<', '>', '=')} {self.pick(*LENGTHS)}",
            f"{moment}.{self.pick('year', 'hour', 'minute', 'second')}",
            f"({length}).{self.pick('days', 'hours', 'minutes')}",
            f"({months}).{self.pick('years', 'months')}",
            f"string(years and months duration({day}, {self.pick(*DAYS)}))",
            f"{self.pick('day of year', 'week of year', 'day of week', 'month of year')}({day})",
            f"string(date({moment}))",
            f"string(time({moment}))",
            f"string(date(2024, {self.pick('1', '2', '13')}, {self.pick('1', '29', '31')}))",
        )

    def cell(self) -> tuple[str, str]:
        """A cell of a decision table, and an input of the kind that it speaks of."""
        kind = self.pick("text", "number", "truth")
        tests, inputs = CELLS[kind]
        one, other = self.pick(*tests), self.pick(*tests)
        return self.pick(one, one, f"{one}, {other}", f"not({one})", f"not({one}, {other})", "-"), self.pick(*inputs)
