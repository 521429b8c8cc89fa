"""The parser's rules for what operators connect: values, names, brackets, loops, functions, types."""

from __future__ import annotations

from decimal import Decimal, Overflow

from engine.feel.cursor import Cursor
from engine.feel.syntax import (
    ContextOf,
    For,
    FunctionOf,
    If,
    Iteration,
    ListOf,
    Literal,
    Name,
    Node,
    Quantified,
    RangeOf,
    TypeOf,
)
from engine.feel.temporal import parse_temporal
from engine.feel.tokens import KEYWORDS, invalid
from engine.feel.values import DECIMAL

ORDERING = ("<", "<=", ">", ">=")

_CONSTANTS = {"true": True, "false": False, "null": None}


class Operands(Cursor):
    """One method per rule; the rules for operators are the parser's."""

    def expression(self) -> Node:
        """Any expression."""
        raise NotImplementedError

    def operation(self) -> Node:
        """An expression that binds tighter than a comparison, as at the ends of a range."""
        raise NotImplementedError

    def primary(self) -> Node:
        """What stands between operators."""
        match self.token.kind:
            case "number":
                return Literal(self.number())
            case "text":
                return Literal(self.advance().text)
            case "temporal":
                return self._temporal()
            case "name":
                return self._named()
        rule = {"(": self._bracketed, "[": self._list_or_range, "{": self._context, "]": self._open_range, "?": self._input}
        if self.token.text not in rule:
            raise self.error("A value")
        return rule[self.token.text]()

    def _open_range(self) -> Node:
        self.advance()
        return self.interval(self.operation(), start_included=False)

    def _input(self) -> Node:
        self.advance()
        return Name("?")

    def _named(self) -> Node:
        word = self.token.text
        if self.starts_long_name():
            return Name(self.name())
        if word in _CONSTANTS:
            self.advance()
            return Literal(_CONSTANTS[word])
        special = {
            "if": self._if,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
            "function": self._function,
        }
        if word in special:
            return special[word]()
        if word in KEYWORDS:
            raise self.error("A value")
        return Name(self.name())

    def number(self) -> Decimal:
        """A number."""
        token = self.advance()
        try:
            return DECIMAL.create_decimal(token.text)
        except Overflow:
            raise invalid(self.text, token.at, "The number is too large.") from None

    def _temporal(self) -> Node:
        token = self.advance()
        value = parse_temporal(token.text)
        if value is None:
            raise invalid(self.text, token.at, f"“{token.text}” is no date, time or duration.", 'Write @"2026-01-31" or @"P2D".')
        return Literal(value)

    def _bracketed(self) -> Node:
        self.advance()
        if self.sees(*ORDERING, "="):
            operator = self.advance().text
            bound = self.operation()
            self.expect(")")
            return _half_open(operator, bound)
        node = self.expression()
        if self.sees(".."):
            return self.interval(node, start_included=False)
        self.expect(")")
        return node

    def _list_or_range(self) -> Node:
        self.advance()
        if self.skip("]"):
            return ListOf(())
        items = [self.expression()]
        if self.sees(".."):
            return self.interval(items[0], start_included=True)
        while self.skip(","):
            items.append(self.expression())
        self.expect("]")
        return ListOf(tuple(items))

    def interval(self, start: Node, *, start_included: bool) -> Node:
        """A range whose start has been read."""
        self.expect("..")
        end = self.operation()
        if not self.sees(")", "[", "]"):
            raise self.error("“)” or “]”")
        return RangeOf(start, end, start_included, self.advance().text == "]")

    def _context(self) -> Node:
        self.advance()
        entries: list[tuple[str, Node]] = []
        while not self.skip("}"):
            if entries:
                self.expect_comma("}")
            entries.append(self._entry({name for name, _ in entries}))
        return ContextOf(tuple(entries))

    def _entry(self, taken: set[str]) -> tuple[str, Node]:
        at = self.token.at
        name = self.advance().text if self.token.kind == "text" else self.label(":")
        if name is None:
            raise self.error("The name of an entry")
        if name in taken:
            raise invalid(self.text, at, f"The entry “{name}” is there twice.")
        self.expect(":")
        self.learn(name)
        return name, self.expression()

    def _if(self) -> Node:
        self.advance()
        condition = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return If(condition, yes, self.expression())

    def _for(self) -> Node:
        self.advance()
        iterations = self._iterations("return")
        return For(iterations, self.expression())

    def _quantified(self) -> Node:
        quantifier = self.advance().text
        iterations = self._iterations("satisfies")
        return Quantified(quantifier, iterations, self.expression())

    def _iterations(self, end: str) -> tuple[Iteration, ...]:
        iterations = [self._iteration()]
        while self.skip(","):
            iterations.append(self._iteration())
        self.expect(end)
        return tuple(iterations)

    def _iteration(self) -> Iteration:
        name = self.label("in") or self.name()
        self.learn(name)
        self.expect("in")
        domain = self.expression()
        return Iteration(name, domain, self.expression() if self.skip("..") else None)

    def _function(self) -> Node:
        self.advance()
        self.expect("(")
        parameters: list[tuple[str, TypeOf | None]] = []
        while not self.skip(")"):
            if parameters:
                self.expect_comma(")")
            name = self.label(":", ",", ")")
            if name is None:
                raise self.error("The name of a parameter")
            self.learn(name)
            parameters.append((name, self.type() if self.skip(":") else None))
        if self.sees("external") and self.tokens[self.index + 1].text == "{":
            raise invalid(self.text, self.token.at, "External functions are not supported.", "Write the function in FEEL.")
        return FunctionOf(tuple(parameters), self.expression())

    def type(self) -> TypeOf:
        """A type, as behind `instance of`."""
        self.nest()
        name = self.advance().text if self.sees("function") else self.name()
        inside: list[tuple[str, TypeOf]] = []
        if name in {"list", "range", "context", "function"} and self.skip("<"):
            while not self.skip(">"):
                if inside:
                    self.expect_comma(">")
                inside.append((self._member() if name == "context" else "", self.type()))
        result = self.type() if name == "function" and self.skip("->") else None
        self.depth -= 1
        return TypeOf(self._qualified(name), tuple(inside), result)

    def _member(self) -> str:
        name = self.label(":")
        if name is None:
            raise self.error("The name of an entry")
        self.expect(":")
        return name

    def _qualified(self, name: str) -> str:
        while self.skip("."):
            name += f".{self.name()}"
        return name


def _half_open(operator: str, bound: Node) -> Node:
    if operator == "=":
        return RangeOf(bound, bound, True, True)
    if operator.startswith("<"):
        return RangeOf(None, bound, False, operator == "<=")
    return RangeOf(bound, None, operator == ">=", False)
