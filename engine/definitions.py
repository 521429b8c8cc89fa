"""Definitions: published, numbered, immutable versions of a procedure with everything it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import journal
from engine.closure import Definition, Library, Resource, closure_hash
from engine.decisions import imports_of, read_decisions
from engine.drawing import read_drawing
from engine.errors import DrawingInvalid, NotFound, Problem
from engine.lint import lint_decisions, lint_procedure
from engine.ports import Catalogue, Context
from engine.spiff.build import make_plan
from engine.tables import definition as definition_table
from engine.tables import definition_resource, resource


def closure(library: Library, procedure_id: str, catalogue: Catalogue) -> tuple[dict[tuple[str, str], Resource], list[Problem]]:
    """Everything a procedure needs: its drawing, called drawings, decisions and what else its steps name; and what is missing."""
    found: dict[tuple[str, str], Resource] = {}
    missing: list[Problem] = []
    todo = [("drawing", procedure_id, "", "")]
    while todo:
        kind, name, element, file = todo.pop()
        if (kind, name) in found:
            continue
        if (kind, name) not in library:
            missing.append(
                Problem("exists", f"There is no {kind} “{name}”.", "Add it, or name one that exists.", element, "", file)
            )
            continue
        item = found[kind, name] = library[kind, name]
        if kind == "drawing":
            todo += [(*need, item.path) for need in _needs(item, name, catalogue)]
        elif kind in {"decision", "model"}:
            todo += [("model", namespace, name, item.path) for namespace in _imported(item) if ("model", namespace) in library]
    return found, missing


def publish(ctx: Context, library: Library, procedure_id: str) -> tuple[int, list[Problem]]:
    """The number of the definition that now holds, and the warnings; nothing changes when the closure is published already.

    Raises:
        DrawingInvalid: it cannot run; every reason at once.
    """
    found, warnings = closure(library, procedure_id, ctx.ports.catalogue)
    warnings += _lint(found, ctx.ports.catalogue)
    if any(problem.severity == "error" for problem in warnings):
        raise DrawingInvalid(warnings)
    named = closure_hash(found)
    rows = sa.select(definition_table.c.number, definition_table.c.hash).where(definition_table.c.procedure_id == procedure_id)
    numbers = {row.hash: row.number for row in ctx.connection.execute(rows)}
    if named in numbers:
        return numbers[named], warnings
    number = max(numbers.values(), default=0) + 1
    _store(ctx, procedure_id, number, named, found)
    content = {"procedure": procedure_id, "number": number, "hash": named, "resources": {r.path: r.hash for r in found.values()}}
    journal.record(ctx, "definitions", "definition published", content)
    return number, warnings


def lint(library: Library, procedure_id: str, catalogue: Catalogue) -> list[Problem]:
    """All problems of a procedure and what it calls, errors and warnings."""
    found, problems = closure(library, procedure_id, catalogue)
    return [*problems, *_lint(found, catalogue)]


def lint_resource(item: Resource, library: Library, catalogue: Catalogue) -> Sequence[Problem]:
    """The problems of a decision table or another file that belongs to drawings; drawings are checked as procedures."""
    if item.kind == "decision":
        models = {name: library["model", name].content for name in _all_imported(item, library)}
        return lint_decisions(item.content, item.path, models, catalogue)
    return catalogue.problems(item)


def _all_imported(item: Resource, library: Library) -> list[str]:
    found: dict[str, None] = {}
    waiting = [item]
    while waiting:
        new = [name for name in _imported(waiting.pop()) if name not in found and ("model", name) in library]
        found |= dict.fromkeys(new)
        waiting += [library["model", name] for name in new]
    return list(found)


def latest(connection: Connection, procedure_id: str) -> Definition:
    """The definition with the highest number.

    Raises:
        NotFound: the procedure was never published.
    """
    rows = sa.select(definition_table.c.id).where(definition_table.c.procedure_id == procedure_id)
    found = connection.execute(rows.order_by(definition_table.c.number.desc()).limit(1)).scalar()
    if found is None:
        raise NotFound("procedure", procedure_id)
    return load(connection, found)


def numbered(connection: Connection, procedure_id: str, number: int) -> Definition:
    """The definition of a procedure with a number.

    Raises:
        NotFound: there is none.
    """
    rows = sa.select(definition_table.c.id).where(
        definition_table.c.procedure_id == procedure_id, definition_table.c.number == number
    )
    found = connection.execute(rows).scalar()
    if found is None:
        raise NotFound("definition", f"{procedure_id} {number}")
    return load(connection, found)


def content(connection: Connection, hash_: str) -> bytes:
    """The content of a published file by its hash.

    Raises:
        NotFound: nothing of it was ever published.
    """
    found: bytes | None = connection.execute(sa.select(resource.c.content).where(resource.c.hash == hash_)).scalar()
    if found is None:
        raise NotFound("file", hash_)
    return found


def published(connection: Connection) -> list[Definition]:
    """The latest definition of every procedure, by procedure id."""
    rows = sa.select(sa.func.max(definition_table.c.id)).group_by(definition_table.c.procedure_id)
    return sorted((load(connection, key) for (key,) in connection.execute(rows)), key=lambda found: found.procedure_id)


#: Definitions never change, so they are read once per process and database.
_CACHE: dict[tuple[str, int, str], Definition] = {}


def load(connection: Connection, definition_id: int) -> Definition:
    """A definition by its id.

    Raises:
        NotFound: there is none.
    """
    key = (str(connection.engine.url), definition_id)
    for (url, number, _), cached in _CACHE.items():
        if (url, number) == key:
            return cached
    row = connection.execute(sa.select(definition_table).where(definition_table.c.id == definition_id)).one_or_none()
    if row is None:
        raise NotFound("definition", definition_id)
    joined = sa.select(definition_resource, resource.c.content).join(resource, resource.c.hash == definition_resource.c.hash)
    kept = connection.execute(joined.where(definition_resource.c.definition_id == definition_id))
    resources = {(r.kind, r.name): Resource(r.kind, r.name, r.path, r.content) for r in kept}
    _CACHE[(*key, row.hash)] = made = _make(row, resources)
    return made


def _make(row: Any, resources: Library) -> Definition:
    drawings = {name: read_drawing(r.content, r.path) for (kind, name), r in resources.items() if kind == "drawing"}
    procedures = {name: drawing.procedures[name] for name, drawing in drawings.items()}
    models = models_of(resources)
    decisions = {name: read_decisions(r.content, r.path, models) for (kind, name), r in resources.items() if kind == "decision"}
    plan = make_plan(procedures[row.procedure_id], procedures)
    return Definition(
        row.id, row.procedure_id, row.number, row.hash, row.published_at, drawings, procedures, decisions, resources, plan
    )


def _imported(item: Resource) -> Sequence[str]:
    """The namespaces that a file of decisions imports; one that cannot be read is told by lint."""
    try:
        return imports_of(item.content, item.path)
    except DrawingInvalid:
        return ()


def models_of(library: Library) -> dict[str, bytes]:
    """The files of decisions that others may import, by namespace."""
    return {name: item.content for (kind, name), item in library.items() if kind == "model"}


def _needs(item: Resource, name: str, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    procedure = read_drawing(item.content, item.path).procedures.get(name)
    for node in procedure.nodes.values() if procedure else ():
        if node.kind == "callActivity" and node.called:
            yield "drawing", node.called, node.id
        if node.kind == "businessRuleTask" and node.attributes.get("decisionRef"):
            yield "decision", node.attributes["decisionRef"], node.id
        for kind, needed in catalogue.needs(node):
            yield kind, needed, node.id


def _lint(found: Mapping[tuple[str, str], Resource], catalogue: Catalogue) -> list[Problem]:
    problems: list[Problem] = []
    for (kind, name), item in found.items():
        if kind == "drawing":
            drawing = read_drawing(item.content, item.path)
            problems += lint_procedure(drawing, name, catalogue) if name in drawing.procedures else ()
        else:
            problems += lint_resource(item, found, catalogue)
    return problems


def _store(ctx: Context, procedure_id: str, number: int, named: str, found: Mapping[tuple[str, str], Resource]) -> None:
    hashes = {item.hash: item.content for item in found.values()}
    known = set(ctx.connection.execute(sa.select(resource.c.hash).where(resource.c.hash.in_(hashes))).scalars())
    new = [{"hash": key, "content": content} for key, content in hashes.items() if key not in known]
    if new:
        ctx.connection.execute(resource.insert(), new)
    values = {"procedure_id": procedure_id, "number": number, "hash": named, "published_at": ctx.now, "published_by": ctx.actor.id}
    made = ctx.connection.execute(definition_table.insert().values(values).returning(definition_table.c.id)).scalar_one()
    rows = [
        {"definition_id": made, "kind": kind, "name": name, "path": item.path, "hash": item.hash}
        for (kind, name), item in found.items()
    ]
    ctx.connection.execute(definition_resource.insert(), rows)
