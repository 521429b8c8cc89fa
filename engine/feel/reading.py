"""Compilers of what reads values: literals, variables, paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.feel.calling import function_named
from engine.feel.closures import Closure, Compile
from engine.feel.properties import property_of
from engine.feel.runtime import MISSING, Frame, Run
from engine.feel.syntax import Literal, Name, Node, Path
from engine.feel.values import PLAIN, Value


def compile_literal(node: Literal, compiled: Compile) -> Closure:
    """A value written down."""
    value = node.value
    return lambda frame: value


def compile_name(node: Name, compiled: Compile) -> Closure:
    """A variable, or else a function of that name."""
    name = node.name

    def read(frame: Frame) -> Value:
        found = frame.values.get(name, MISSING)
        if found is MISSING:
            found = _found(frame, name)
        return found if type(found) in PLAIN else frame.take(found)

    return read


def compile_path(node: Path, compiled: Compile) -> Closure:
    """`a.b.c`. From a variable it walks the values as they are kept, so that only what is read is converted."""
    walk = _walker(node, compiled)

    def read(frame: Frame) -> Value:
        found = walk(frame)
        return found if type(found) in PLAIN else frame.take(found)

    return read


def compile_kept(node: Node, compiled: Compile) -> Closure:
    """A variable or path as it is kept, be it JSON or FEEL, for loops that read only a part of it; else the value."""
    if isinstance(node, Path):
        return _walker(node, compiled)
    return _finder(node.name) if isinstance(node, Name) else compiled(node)


def _walker(node: Path, compiled: Compile) -> Closure:
    names: list[str] = []
    root: Node = node
    while isinstance(root, Path):
        names.append(root.name)
        root = root.subject
    names.reverse()
    if isinstance(root, Name) and len(names) == 1:
        return _entry_finder(root.name, names[0])
    start = _finder(root.name) if isinstance(root, Name) else compiled(root)

    def walk(frame: Frame) -> Value:
        found = start(frame)
        for name in names:
            found = _member(found, name, frame)
        return found

    return walk


def _finder(name: str) -> Closure:
    def find(frame: Frame) -> Any:
        found = frame.values.get(name, MISSING)
        return _found(frame, name) if found is MISSING else found

    return find


def _entry_finder(root: str, name: str) -> Closure:
    """`variable.entry`, the form that most conditions have."""
    find = _finder(root)

    def walk(frame: Frame) -> Any:
        context = frame.values.get(root)
        if type(context) is dict:
            found = context.get(name, MISSING)
            if found is not MISSING:
                return found
        return _member(find(frame), name, frame)

    return walk


def _found(frame: Frame, name: str) -> Any:
    """What is in an outer frame, or a function, or null with a note."""
    found = frame.find(name)
    if found is not MISSING:
        return found
    function = function_named(name, frame.run)
    return frame.run.note(f"There is no variable “{name}”.") if function is None else function


def _member(subject: Any, name: str, frame: Frame) -> Any:
    if type(subject) is dict or isinstance(subject, Mapping):
        found = subject.get(name, MISSING)
        return frame.run.note(f"There is no “{name}” in the context.") if found is MISSING else found
    if isinstance(subject, list):
        frame.run.spend(len(subject))
        return [_item_member(item, name, frame.run) for item in subject]
    return property_of(frame.take(subject), name, frame.run)


def _item_member(item: Any, name: str, run: Run) -> Any:
    return item.get(name) if type(item) is dict or isinstance(item, Mapping) else property_of(item, name, run)
