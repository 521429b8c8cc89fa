"""Decisions of other files: `import` by namespace, seen under the name of the import as `name.what`.

What an import without a name brings is seen like the file's own; of two things of one name the file's own stands, then the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from engine.decisions.model import Decision, Decisions, Knowledge, Requirements, Service
from engine.decisions.reading import Reading
from engine.decisions.xml import children, is_model, parse

#: Files that may be imported, by their namespace.
Models = Mapping[str, bytes]

#: Reads a file, knowing the namespaces on whose way it is.
Reader = Callable[[bytes, str, Models, frozenset[str]], Decisions]


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported file: its name here, its namespace, what is in it."""

    name: str
    namespace: str
    decisions: Decisions


def namespace_of(content: bytes, file: str) -> str:
    """The namespace of a DMN file.

    Raises:
        DrawingInvalid: it is none.
    """
    return parse(content, file).get("namespace", "")


def imports_of(content: bytes, file: str) -> list[str]:
    """The namespaces that a DMN file imports decisions from.

    Raises:
        DrawingInvalid: it is none.
    """
    return [item.get("namespace", "") for item in children(parse(content, file), "import") if is_model(item)]


def read_imports(reading: Reading, root: etree._Element, models: Models, way: frozenset[str], read: Reader) -> list[Imported]:
    """What a file imports; what cannot be is a problem of the file."""
    found: list[Imported] = []
    for item in children(root, "import"):
        name, namespace = item.get("name", ""), item.get("namespace", "")
        if not is_model(item):
            reading.problem("unsupported", "Only decisions can be imported.", "Bring what is imported into this file.", item)
        elif namespace in way:
            reading.problem("circle", f"“{namespace}” imports itself.", "Remove one of the imports of the circle.", item)
        elif namespace in {one.namespace for one in found}:
            reading.problem("unique", f"“{namespace}” is imported twice.", "Remove one of the imports.", item)
        elif namespace not in models:
            remedy = "Put the file beside this one, with a namespace that no other file has."
            reading.problem("reference", f"There is no file with the namespace “{namespace}”.", remedy, item)
        else:
            found.append(Imported(name, namespace, read(models[namespace], namespace, models, way | {namespace})))
    return found


def merged(own: Decisions, imported: list[Imported]) -> Decisions:
    """The decisions of a file together with those that it imports, whose ids begin with their namespace and `#`."""
    for item in imported:
        there = _qualified(item.decisions, item.namespace)
        own = replace(
            own,
            decisions={**own.decisions, **there.decisions},
            inputs={**own.inputs, **there.inputs},
            knowledge={**own.knowledge, **there.knowledge},
            services={**own.services, **there.services},
        )
    return own


def keys_of(imported: list[Imported]) -> dict[str, str]:
    """The ids of what imports without a name bring, as they are after `merged`; the first import counts."""
    found: dict[str, str] = {}
    for item in imported:
        there = item.decisions
        parts = (*there.decisions, *there.inputs, *there.knowledge, *there.services) if not item.name else ()
        for key in parts:
            found.setdefault(key.rpartition("#")[2], key if "#" in key else f"{item.namespace}#{key}")
    return found


def _qualified(found: Decisions, namespace: str) -> Decisions:
    def key(own: str) -> str:
        return own if "#" in own else f"{namespace}#{own}"

    def keys(own: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(key, own))

    def needs(own: Requirements) -> Requirements:
        under = {key(one): name for one, name in own.under.items()}
        return Requirements(keys(own.inputs), keys(own.decisions), keys(own.knowledge), under)

    def decision(one: Decision) -> Decision:
        return replace(one, id=key(one.id), requires=needs(one.requires))

    def model(one: Knowledge) -> Knowledge:
        return replace(one, id=key(one.id), requires=needs(one.requires))

    def service(one: Service) -> Service:
        return replace(
            one,
            id=key(one.id),
            outputs=keys(one.outputs),
            encapsulated=keys(one.encapsulated),
            input_decisions=keys(one.input_decisions),
            inputs=keys(one.inputs),
        )

    return replace(
        found,
        decisions={key(one.id): decision(one) for one in found.decisions.values()},
        inputs={key(one.id): replace(one, id=key(one.id)) for one in found.inputs.values()},
        knowledge={key(one.id): model(one) for one in found.knowledge.values()},
        services={key(one.id): service(one) for one in found.services.values()},
    )
