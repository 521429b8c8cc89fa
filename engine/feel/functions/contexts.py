"""Functions on contexts."""

from __future__ import annotations

from engine.feel.functions.book import Book
from engine.feel.runtime import Refused, Run
from engine.feel.values import Value

CONTEXTS = Book()

Context = dict[str, Value]


@CONTEXTS.define("get value", "m: context", "key: string")
def _get_value(run: Run, context: Context, key: str) -> Value:
    return context.get(key)


@CONTEXTS.define("get value", "context: context", "keys: list")
def _get_value_inside(run: Run, context: Context, keys: list[Value]) -> Value:
    found: Value = context
    for key in keys:
        found = found.get(key) if isinstance(found, dict) and isinstance(key, str) else None
    return found


@CONTEXTS.define("get entries", "m: context")
def _get_entries(run: Run, context: Context) -> Value:
    return [{"key": key, "value": value} for key, value in context.items()]


@CONTEXTS.define("context", "entries: list")
def _context(run: Run, entries: list[Value]) -> Value:
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise Refused("every entry needs a key and a value")
        if entry["key"] in made:
            raise Refused(f"the key “{entry['key']}” is there twice")
        made[entry["key"]] = entry["value"]
    return made


@CONTEXTS.define("context put", "context: context", "key: string", "value: any")
def _context_put(run: Run, context: Context, key: str, value: Value) -> Value:
    run.spend(len(context))
    return {**context, key: value}


@CONTEXTS.define("context put", "context: context", "keys: list", "value: any")
def _context_put_inside(run: Run, context: Context, keys: list[Value], value: Value) -> Value:
    if not keys or not all(isinstance(key, str) for key in keys):
        raise Refused("the keys must be texts")
    run.spend(len(context) + len(keys))
    for_first = context.get(keys[0])
    if len(keys) > 1:
        if not isinstance(for_first, dict):
            raise Refused(f"there is no context “{keys[0]}”")
        value = _context_put_inside(run, for_first, keys[1:], value)
    return {**context, keys[0]: value}


@CONTEXTS.define("context merge", "contexts: list")
def _context_merge(run: Run, contexts: list[Value]) -> Value:
    merged: Context = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise Refused("all items must be contexts")
        run.spend(len(context))
        merged |= context
    return merged
