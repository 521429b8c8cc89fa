"""What a drawing means, without tokens: blocks inside blocks, each of which is open somewhere, or done.

It shares nothing with the engine. A block is drawn by `draw`, which gives nodes and flows from its entry to its exit, and played by
what `begin` gives: `open` names the tasks that wait, `complete` does one, `tell` sends a message, `is_done` says that it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any, Protocol

Env = dict[str, Any]


class Play(Protocol):
    """A block that has begun."""

    @property
    def is_done(self) -> bool: ...

    def open(self) -> list[str]: ...

    def waits_for(self) -> list[str]: ...

    def complete(self, element: str, env: Env, given: Env) -> bool: ...

    def tell(self, message: str, env: Env) -> bool: ...


class Block(Protocol):
    """A part of a drawing with one entry and one exit."""

    def draw(self, drawing: Drawing) -> tuple[str, str]: ...

    def begin(self, env: Env) -> Play: ...


@dataclass
class Drawing:
    """XML that grows."""

    prefix: str = "n"
    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    messages: set[str] = field(default_factory=set)
    numbers: Any = field(default_factory=count)

    def add(self, kind: str, inside: str = "", **attributes: str) -> str:
        """A node; gives its id."""
        key = attributes.pop("id", None) or f"{self.prefix}{next(self.numbers)}"
        written = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self.nodes.append(f'<{kind} id="{key}"{written}>{inside}</{kind}>')
        return key

    def flow(self, source: str, target: str, condition: str = "", *, default: bool = False) -> None:
        """A flow."""
        key = f"{self.prefix}f{next(self.numbers)}"
        inside = f"<conditionExpression>${{{condition}}}</conditionExpression>" if condition else ""
        self.flows.append(f'<sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>')
        if default:
            position = next(index for index, node in enumerate(self.nodes) if f' id="{source}"' in node)
            self.nodes[position] = self.nodes[position].replace(f'id="{source}"', f'id="{source}" default="{key}"', 1)

    def inner(self) -> Drawing:
        """A drawing inside this one."""
        return Drawing(self.prefix, [], [], self.messages, self.numbers)

    def enclosed(self, block: Block) -> str:
        """The content of a process or sub-process with one block in it."""
        entry, exit_ = block.draw(self)
        start, end = self.add("startEvent"), self.add("endEvent")
        self.flow(start, entry)
        self.flow(exit_, end)
        return "".join(self.nodes + self.flows)


def process(block: Block) -> str:
    """The whole drawing of a block."""
    drawing = Drawing()
    content = drawing.enclosed(block)
    messages = "".join(f'<message id="{name}" name="{name}"/>' for name in sorted(drawing.messages))
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
        f'{messages}<process id="p" isExecutable="true">{content}</process></definitions>'
    )


# --- what there is ------------------------------------------------------------------------------------


@dataclass
class Task:
    """A user task; with `rounds`, so many at once or one after the other."""

    name: str
    rounds: int = 0
    sequential: bool = False

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        inside = ""
        if self.rounds:
            sequential = ' isSequential="true"' if self.sequential else ""
            cardinality = f"<loopCardinality>{self.rounds}</loopCardinality>"
            inside = f"<multiInstanceLoopCharacteristics{sequential}>{cardinality}</multiInstanceLoopCharacteristics>"
        key = drawing.add("userTask", inside, id=self.name)
        return key, key

    def begin(self, env: Env) -> Play:
        return TaskPlay(self, self.rounds or 1)


@dataclass
class TaskPlay:
    task: Task
    left: int

    @property
    def is_done(self) -> bool:
        return self.left == 0

    def open(self) -> list[str]:
        return [self.task.name] * (min(1, self.left) if self.task.sequential else self.left)

    def waits_for(self) -> list[str]:
        return []

    def complete(self, element: str, env: Env, given: Env) -> bool:
        if element != self.task.name or not self.left:
            return False
        self.left -= 1
        if not self.task.rounds:  # what is answered in a round stays in that round
            env.update(given)
        return True

    def tell(self, message: str, env: Env) -> bool:
        return False


@dataclass
class Row:
    """One after the other."""

    blocks: Sequence[Block]

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        ends = [block.draw(drawing) for block in self.blocks]
        for (_, exit_), (entry, _) in pairwise(ends):
            drawing.flow(exit_, entry)
        return ends[0][0], ends[-1][1]

    def begin(self, env: Env) -> Play:
        return Chain(list(self.blocks), env)


class Chain:
    """Blocks that follow one another; what comes is decided when it begins."""

    def __init__(self, blocks: list[Block], env: Env) -> None:
        self.blocks, self.now = blocks, None
        self._go_on(env)

    now: Play | None

    def _go_on(self, env: Env) -> None:
        while (self.now is None or self.now.is_done) and self.blocks:
            self.now = self.blocks.pop(0).begin(env)

    @property
    def is_done(self) -> bool:
        return not self.blocks and (self.now is None or self.now.is_done)

    def open(self) -> list[str]:
        return self.now.open() if self.now else []

    def waits_for(self) -> list[str]:
        return self.now.waits_for() if self.now else []

    def complete(self, element: str, env: Env, given: Env) -> bool:
        done = bool(self.now and self.now.complete(element, env, given))
        self._go_on(env)
        return done

    def tell(self, message: str, env: Env) -> bool:
        taken = bool(self.now and self.now.tell(message, env))
        self._go_on(env)
        return taken


@dataclass
class Choice:
    """An exclusive split and merge: branch i where x = i, else the last."""

    branches: Sequence[Block]

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        split, merge = drawing.add("exclusiveGateway"), drawing.add("exclusiveGateway")
        for number, branch in enumerate(self.branches):
            entry, exit_ = branch.draw(drawing)
            last = number == len(self.branches) - 1
            drawing.flow(split, entry, "" if last else f"x = {number}", default=last)
            drawing.flow(exit_, merge)
        return split, merge

    def begin(self, env: Env) -> Play:
        x = env.get("x")
        return self.branches[x if isinstance(x, int) and 0 <= x < len(self.branches) else -1].begin(env)


@dataclass
class Together:
    """A parallel block, or an inclusive one: branch i where x &gt;= i, and where there is none the last."""

    branches: Sequence[Block]
    inclusive: bool = False

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        kind = "inclusiveGateway" if self.inclusive else "parallelGateway"
        split, join = drawing.add(kind), drawing.add(kind)
        for number, branch in enumerate(self.branches):
            entry, exit_ = branch.draw(drawing)
            last = self.inclusive and number == len(self.branches) - 1
            condition = f"x &gt;= {number}" if self.inclusive and not last else ""
            drawing.flow(split, entry, condition, default=last)
            drawing.flow(exit_, join)
        return split, join

    def begin(self, env: Env) -> Play:
        chosen = list(self.branches)
        if self.inclusive:
            x = env.get("x")
            chosen = [branch for number, branch in enumerate(self.branches[:-1]) if isinstance(x, int) and x >= number]
            chosen = chosen or [self.branches[-1]]
        return Several([branch.begin(env) for branch in chosen])


@dataclass
class Several:
    plays: list[Play]

    @property
    def is_done(self) -> bool:
        return all(play.is_done for play in self.plays)

    def open(self) -> list[str]:
        return [name for play in self.plays for name in play.open()]

    def waits_for(self) -> list[str]:
        return [name for play in self.plays for name in play.waits_for()]

    def complete(self, element: str, env: Env, given: Env) -> bool:
        return any(play.complete(element, env, given) for play in self.plays)

    def tell(self, message: str, env: Env) -> bool:
        return any(play.tell(message, env) for play in self.plays)


@dataclass
class Loop:
    """Once more as long as `more` is true when the block is done."""

    body: Block

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        merge, split = drawing.add("exclusiveGateway"), drawing.add("exclusiveGateway")
        entry, exit_ = self.body.draw(drawing)
        drawing.flow(merge, entry)
        drawing.flow(exit_, split)
        out = drawing.add("exclusiveGateway")
        drawing.flow(split, merge, "more")
        drawing.flow(split, out, default=True)
        return merge, out

    def begin(self, env: Env) -> Play:
        return LoopPlay(self.body, env)


class LoopPlay:
    def __init__(self, body: Block, env: Env) -> None:
        self.body, self.now = body, body.begin(env)
        self._go_on(env)

    def _go_on(self, env: Env) -> None:
        while self.now.is_done and env.get("more") is True:
            self.now = self.body.begin(env)

    @property
    def is_done(self) -> bool:
        return self.now.is_done

    def open(self) -> list[str]:
        return self.now.open()

    def waits_for(self) -> list[str]:
        return self.now.waits_for()

    def complete(self, element: str, env: Env, given: Env) -> bool:
        done = self.now.complete(element, env, given)
        if done:
            self._go_on(env)
        return done

    def tell(self, message: str, env: Env) -> bool:
        taken = self.now.tell(message, env)
        if taken:
            self._go_on(env)
        return taken


@dataclass
class Inside:
    """A sub-process; with a message on its border it can be left for another block."""

    body: Block
    message: str = ""
    instead: Block | None = None

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        key = drawing.add("subProcess", drawing.inner().enclosed(self.body))
        if self.instead is None:
            return key, key
        drawing.messages.add(self.message)
        event = drawing.add("boundaryEvent", f'<messageEventDefinition messageRef="{self.message}"/>', attachedToRef=key)
        entry, exit_ = self.instead.draw(drawing)
        merge = drawing.add("exclusiveGateway")
        drawing.flow(event, entry)
        drawing.flow(key, merge)
        drawing.flow(exit_, merge)
        return key, merge

    def begin(self, env: Env) -> Play:
        return InsidePlay(self, self.body.begin(env))


@dataclass
class InsidePlay:
    block: Inside
    now: Play
    is_left: bool = False

    @property
    def is_done(self) -> bool:
        return self.now.is_done

    def open(self) -> list[str]:
        return self.now.open()

    def waits_for(self) -> list[str]:
        own = [self.block.message] if self.block.instead and not self.is_left and not self.is_done else []
        return own + self.now.waits_for()

    def complete(self, element: str, env: Env, given: Env) -> bool:
        return self.now.complete(element, env, given)

    def tell(self, message: str, env: Env) -> bool:
        if self.block.instead and message == self.block.message and not self.is_left and not self.is_done:
            self.now, self.is_left = self.block.instead.begin(env), True
            return True
        return self.now.tell(message, env)
