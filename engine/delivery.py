"""Messages and signals between instances: each finds who waits for it, in the transaction of the act that sent it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import definitions, storage
from engine.closure import Definition
from engine.ports import Context
from engine.spiff.border import Thrown
from engine.spiff.listening import receive_event
from engine.storage import Instance
from engine.tables import instance, subscription

#: Instances that answer one another for longer than this would do so for ever: what is still on its way then is not delivered.
MOST_DELIVERIES = 200


@dataclass(slots=True)
class _Post:
    """What is on its way in one act, and the instances that it has in its hands: each is locked and loaded once."""

    ctx: Context
    held: dict[int, Instance]
    on_its_way: deque[tuple[Instance, Thrown]]

    def hold(self, key: int) -> Instance:
        """An instance, locked."""
        if key not in self.held:
            self.held[key] = storage.lock(self.ctx, key)
        return self.held[key]

    def save(self, found: Instance, kind: str, content: Mapping[str, Any]) -> None:
        """Lets an instance go on; what it throws is sent after all that was thrown before."""
        self.held[found.id] = found
        self.send(found, storage.save_act(self.ctx, found, kind, content))

    def send(self, sender: Instance, thrown: Iterable[Thrown]) -> None:
        """Puts messages and signals on their way."""
        self.on_its_way.extend((sender, item) for item in thrown)


def deliver(ctx: Context, sender: Instance, thrown: Sequence[Thrown]) -> None:
    """Delivers what an instance threw, what that made others throw, and so on, each to the end."""
    post = _Post(ctx, {sender.id: sender}, deque())
    post.send(sender, thrown)
    delivered = 0
    while post.on_its_way:
        sender, item = post.on_its_way.popleft()
        delivered += 1
        if delivered > MOST_DELIVERIES:
            storage.note(ctx, sender, f"{item.kind} not delivered", _content(item))
        elif item.kind == "signal":
            _broadcast(post, sender, item)
        else:
            _hand_over(post, sender, item)


def _broadcast(post: _Post, sender: Instance, item: Thrown) -> None:
    """A signal reaches every step that waits for it, in its own instance too."""
    rows = sa.select(subscription.c.instance_id).where(subscription.c.kind == "signal", subscription.c.name == item.name)
    for key in sorted(set(post.ctx.connection.execute(rows).scalars())):
        other = post.hold(key)
        if receive_event(other.run, "signal", item.name, item.payload):
            post.save(other, "signal received", {"name": item.name, "from": item.step if other is sender else sender.business_key})


def _hand_over(post: _Post, sender: Instance, item: Thrown) -> None:
    """A message goes to the case it is addressed to, else to its own; else starts what it starts; else stays in the journal."""
    receiver = _addressed(post, sender, item)
    if receiver is not None and receive_event(receiver.run, item.kind, item.name, item.payload):
        origin = item.step if receiver is sender else sender.business_key
        post.save(receiver, "message received", {"name": item.name, "from": origin})
    elif item.to is not None or not _start(post, sender, item):
        storage.note(post.ctx, sender, "message unanswered", _content(item))


def _addressed(post: _Post, sender: Instance, item: Thrown) -> Instance | None:
    if item.to is None or item.to == sender.business_key:
        return sender
    key = storage.running(post.ctx, item.to)
    return None if key is None else post.hold(key)


def _start(post: _Post, sender: Instance, item: Thrown) -> bool:
    """Starts the published procedure that begins with this message; whether there is one."""
    for definition in definitions.published(post.ctx.connection):
        for node in definition.procedure.inside(definition.procedure_id):
            if node.kind == "startEvent" and node.event and (node.event.kind, node.event.name) == ("message", item.name):
                made = storage.begin(post.ctx, definition, _free_key(post.ctx, sender, definition))
                made.run.start(item.payload, element=node.id)
                reason = f"{item.name} {sender.business_key}"
                post.save(made, "instance started", {"procedure": definition.procedure_id, "reason": reason})
                return True
    return False


def _free_key(ctx: Context, sender: Instance, definition: Definition) -> str:
    """The business key of the sender and the procedure, from the second time on with a number.

    Nobody else takes it in the meantime, for the sender is locked.
    """
    first = f"{sender.business_key}/{definition.procedure_id}"
    begins = instance.c.business_key.startswith(first, autoescape=True)
    taken = set(ctx.connection.execute(sa.select(instance.c.business_key).where(begins)).scalars())
    keys = (first if number == 1 else f"{first}/{number}" for number in range(1, len(taken) + 2))
    return next(key for key in keys if key not in taken)


def _content(item: Thrown) -> dict[str, Any]:
    to = {"to": item.to} if item.to is not None else {}
    return {"name": item.name, "step": item.step, "payload": dict(item.payload), **to}
