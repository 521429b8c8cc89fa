"""Whatever file somebody sends: an error of ours, or a drawing; never anything else, and soon."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from engine.drawing import read_drawing
from engine.errors import FileInvalid, LaneworkError
from engine.lint import lint_procedure
from tests.engine.world import AnyName

DRAWINGS = sorted((Path(__file__).parents[3] / "processes").glob("*/*.bpmn"))
HOSTILE = {
    "a DOCTYPE": b'<!DOCTYPE x><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "an entity bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>',
    "an external entity": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>',
    "a parameter entity": b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]><x/>',
    "deep nesting": b"<x>" * 5_000 + b"</x>" * 5_000,
    "many attributes": b"<x " + b" ".join(b'a%d=""' % n for n in range(5_000)) + b"/>",
    "many elements": b"<x>" + b"<y/>" * 60_000 + b"</x>",
    "too many bytes": b"<x>" + b" " * 6_000_000 + b"</x>",
    "UTF-16": "<x/>".encode("utf-16"),
    "Latin-1": b'<?xml version="1.0" encoding="iso-8859-1"?><x>\xe4</x>',
    "a NUL": b"<x>\0</x>",
    "nothing": b"",
    "half a file": b"<definitions><process",
}


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in HOSTILE.items()])
def test_a_hostile_file_is_refused_soon_and_by_name(content: bytes) -> None:
    began = time.process_time()

    with pytest.raises(FileInvalid, match=r"evil\.bpmn"):
        read_drawing(content, "evil.bpmn")

    assert time.process_time() - began < 2


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_drawing_is_read_or_refused_but_never_breaks_the_reader(seed: int) -> None:
    chance = random.Random(seed)
    text = bytearray(chance.choice(DRAWINGS).read_bytes())
    for _ in range(chance.randint(1, 12)):
        at, size = chance.randrange(len(text)), chance.randint(0, 40)
        match chance.randrange(3):
            case 0:
                del text[at : at + size]
            case 1:
                text[at:at] = text[size : size * 2]
            case _:
                text[at] = chance.randrange(32, 127)
    try:
        drawing = read_drawing(bytes(text), "damaged.bpmn")
        for name in drawing.procedures:
            lint_procedure(drawing, name, AnyName())
    except LaneworkError as error:
        told = str(error)
    else:
        told = "read damaged.bpmn"
    assert "damaged.bpmn" in told


@pytest.mark.parametrize("seed", range(60))
def test_a_drawing_with_words_exchanged_is_told_its_problems(seed: int) -> None:
    """Well-formed, but wrong: attributes and elements are exchanged, so that lint has something to look at."""
    chance = random.Random(seed)
    text = chance.choice(DRAWINGS).read_text(encoding="utf-8")
    words = ["sequenceFlow", "userTask", "exclusiveGateway", "parallelGateway", "boundaryEvent", "endEvent", "startEvent"]
    for _ in range(chance.randint(1, 4)):
        text = text.replace(f"bpmn:{chance.choice(words)}", f"bpmn:{chance.choice(words)}")
    quoted = [part for part in text.split('"')[1::2] if len(part) > 2]
    for _ in range(5):
        text = text.replace(f'"{chance.choice(quoted)}"', f'"{chance.choice(quoted)}"', 1)
    try:
        drawing = read_drawing(text.encode(), "exchanged.bpmn")
    except FileInvalid:
        return

    problems = [problem for name in drawing.procedures for problem in lint_procedure(drawing, name, AnyName())]

    assert all(problem.reason and problem.remedy and problem.file for problem in problems)
