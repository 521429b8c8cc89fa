"""Random drawings: blocks inside blocks, every task with a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

from hypothesis import strategies as st

from tests.walks.model import Block, Choice, Inside, Loop, Row, Task, Together

DEEPEST = 3


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    """A block whose first step waits, so that a loop around it never runs by itself."""
    numbers = count()

    def task() -> Block:
        rounds = draw(st.sampled_from([0, 0, 0, 2, 3]))
        return Task(f"t{next(numbers)}", rounds, draw(st.booleans()))

    def several(depth: int) -> list[Block]:
        return [block(depth - 1) for _ in range(draw(st.integers(2, 3)))]

    kinds: Mapping[str, Callable[[int], Block]] = {
        "task": lambda _depth: task(),
        "row": lambda depth: Row(several(depth)),
        "choice": lambda depth: Choice(several(depth)),
        "parallel": lambda depth: Together(several(depth)),
        "inclusive": lambda depth: Together(several(depth), inclusive=True),
        "loop": lambda depth: Loop(Row([task(), block(depth - 1)])),
        "sub": lambda depth: Inside(block(depth - 1)),
        "border": lambda depth: Inside(Row([task(), block(depth - 1)]), f"m{next(numbers)}", block(depth - 1)),
    }

    def block(depth: int) -> Block:
        return kinds[draw(st.sampled_from(sorted(kinds)))](depth) if depth else task()

    return Row([task(), block(DEEPEST), task()])
