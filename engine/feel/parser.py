"""The precedence parser of FEEL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from engine.errors import ExpressionInvalid
from engine.feel.operands import ORDERING, Operands
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Empty,
    Filter,
    In,
    InstanceOf,
    Junction,
    Literal,
    Name,
    Negation,
    Node,
    Not,
    Path,
    Power,
    Tests,
)
from engine.feel.tokens import invalid
from engine.feel.values import DECIMAL

LONGEST = 20_000

N = TypeVar("N", bound=Node)

_LEVELS = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "between": 3, "in": 3}
_LEVELS |= {"+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
_END_OF_RANGE = frozenset([")", "]", "}", ",", "then", "else", "return", "satisfies", "and", "or"])


def parse_expression(text: str, names: Iterable[str], *, juel: bool = False) -> Node:
    """The syntax tree of an expression.

    Raises:
        ExpressionInvalid: it does not parse, or is too long or nested too deep.
    """
    return _parsed(text, names, Parser.expression, juel=juel)


def parse_unary_tests(text: str, names: Iterable[str]) -> Tests:
    """The syntax tree of a cell of a decision table.

    Raises:
        ExpressionInvalid: it does not parse, or is too long or nested too deep.
    """
    return _parsed(text, names, Parser.unary_tests)


def _parsed(text: str, names: Iterable[str], rule: Callable[[Parser], N], *, juel: bool = False) -> N:
    if len(text) > LONGEST:
        raise ExpressionInvalid(text[:100], f"An expression has at most {LONGEST} characters.")
    parser = Parser(text, names, juel=juel)
    try:
        node = rule(parser)
    except RecursionError:
        raise invalid(text, parser.token.at, "The expression is nested too deep.") from None
    if parser.token.kind != "end":
        raise parser.error("An operator or the end", near=("and", "or", "in", "between", "then", "else", "return", "satisfies"))
    return node


class Parser(Operands):
    """One method per rule of the grammar."""

    def expression(self) -> Node:
        """Any expression."""
        self.nest()
        node = self._operation(1)
        self.depth -= 1
        return node

    def unary_tests(self) -> Tests:
        """`-`, `not(tests)` or tests between commas."""
        if self.token.kind == "end":
            return Tests(())
        if self.token.text == "-" and self.tokens[self.index + 1].kind == "end":
            self.advance()
            return Tests(())
        if self.token.text == "not" and self.tokens[self.index + 1].text == "(":
            return self._negated_or_plain()
        return Tests(self._tests())

    def _negated_or_plain(self) -> Tests:
        """`not(…)` around everything negates tests; anything else that begins so is an expression, like `not(a) and b`."""
        begun, depth = self.index, self.depth
        try:
            self.index += 2
            tests = self._tests()
            self.expect(")")
            if self.token.kind == "end":
                return Tests(tests, negated=True)
            failed = self.error("The end")
        except ExpressionInvalid as error:
            failed = error
        self.index, self.depth = begun, depth
        try:
            return Tests(self._tests())
        except ExpressionInvalid as error:
            raise max(failed, error, key=lambda found: (found.line, found.column)) from None

    def _tests(self) -> tuple[Node, ...]:
        tests = [self._test()]
        while self.skip(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> Node:
        if self.sees(*ORDERING, "=", "!="):
            operator = self.advance().text
            return Comparison(operator, Name("?"), self.operation())
        return self.expression()

    def operation(self) -> Node:
        """An expression that binds tighter than a comparison."""
        return self._operation(4)

    def _operation(self, least: int) -> Node:
        return self._climbed(self._unary(), least)

    def _climbed(self, left: Node, least: int) -> Node:
        while True:
            level = _LEVELS.get(self.token.text, 0) if self.token.kind in {"operator", "name"} else 0
            if level < least or level == 0:
                return left
            left = self._continued(left, level)

    def _continued(self, left: Node, level: int) -> Node:
        operator = self.token.text
        if level <= 2:
            operands = [left]
            while self.skip(operator):
                operands.append(self._operation(level + 1))
            return Junction(operator, tuple(operands))
        if level == 3:
            return self._comparison(left)
        if level == 6:
            return self._power(left)
        rest = []
        while self.sees(*("+", "-") if level == 4 else ("*", "/")):
            rest.append((self.advance().text, self._operation(level + 1)))
        return Arithmetic(left, tuple(rest))

    def _power(self, node: Node) -> Node:
        depth = self.depth
        while self.skip("**"):
            self.nest()
            node = Power(node, self._operation(7))
        self.depth = depth
        return node

    def _comparison(self, left: Node) -> Node:
        operator = self.advance().text
        if operator == "between":
            least = self.operation()
            self.expect("and")
            return Between(left, least, self.operation())
        if operator == "in":
            return In(left, self._in_tests())
        node = Comparison(operator, left, self.operation())
        if self.sees(*ORDERING, "=", "!="):
            raise invalid(self.text, self.token.at, "Comparisons cannot be chained.", "Use “and”, or “between … and …”.")
        return node

    def _in_tests(self) -> Tests:
        if self.sees(*ORDERING, "=", "!="):
            return Tests((self._test(),))
        if not self.skip("("):
            return Tests((self.operation(),))
        self.nest()
        tests = self._tests()
        self.depth -= 1
        if self.sees(".."):
            inside = self.interval(tests[0], start_included=False)
        else:
            self.expect(")")
            inside = tests[0]
        return Tests((self._climbed(self._postfix(inside), 4), *tests[1:]))

    def _unary(self) -> Node:
        if self.sees("-") and self.tokens[self.index + 1].kind == "number":
            self.advance()
            return self._postfix(Literal(DECIMAL.minus(self.number())))
        if self.sees("-", "!") or self._sees_juel_prefix():
            self.nest()
            prefix = self.advance().text
            node: Node = {"-": Negation, "!": Not, "not": Not, "empty": Empty}[prefix](self._unary())
            self.depth -= 1
            return node
        return self._postfix(self.primary())

    def _sees_juel_prefix(self) -> bool:
        if not self.juel or not self.sees("not", "empty"):
            return False
        after = self.tokens[self.index + 1]
        if self.token.text == "not" and after.text == "(":
            return False
        return (
            after.kind in {"text", "number", "temporal"}
            or after.text in {"(", "[", "{", "!"}
            or (after.kind == "name" and after.text not in _LEVELS and after.text != "instance")
        )

    def _postfix(self, node: Node) -> Node:
        depth = self.depth
        while True:
            if self.skip("."):
                self.nest()
                node = Path(node, self.name())
            elif self.sees("[") and not self._closes_range():
                self.advance()
                self.nest()
                node = Filter(node, self.expression())
                self.expect("]")
            elif self.skip("("):
                self.nest()
                node = self._call(node)
            elif self.sees("instance"):
                self.advance()
                self.expect("of")
                node = InstanceOf(node, self.type())
            else:
                self.depth = depth
                return node

    def _call(self, function: Node) -> Node:
        names: list[str] = []
        arguments: list[Node] = []
        while not self.skip(")"):
            if arguments:
                self.expect_comma(")")
            name = self.label(":")
            if name is not None:
                self.expect(":")
                names.append(name)
            arguments.append(self.expression())
            if names and len(names) != len(arguments):
                raise self.error("A name for every argument, or for none,")
        return Call(function, tuple(arguments), tuple(names))

    def _closes_range(self) -> bool:
        """Whether the `[` here ends an open interval: nothing that could be a filter follows."""
        after = self.tokens[self.index + 1]
        return after.kind == "end" or (after.kind in {"operator", "name"} and after.text in _END_OF_RANGE)
