"""Reads the picture of a drawing: BPMN DI."""

from __future__ import annotations

from lxml import etree

from engine.drawing.model import Bounds, Layout
from engine.errors import FileInvalid

BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"


def read_layout(root: etree._Element, file: str) -> Layout:
    """Where the shapes, labels and edges of a drawing stand.

    Raises:
        FileInvalid: a coordinate is no number.
    """
    shapes, labels, edges, expanded, horizontal = {}, {}, {}, set(), set()
    for shape in root.iter(f"{BPMNDI}BPMNShape"):
        element = shape.get("bpmnElement", "")
        bounds, label = shape.find(f"{DC}Bounds"), shape.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
        if bounds is not None:
            shapes[element] = _bounds(bounds, file)
        if label is not None:
            labels[element] = _bounds(label, file)
        if shape.get("isExpanded") == "true":
            expanded.add(element)
        if shape.get("isHorizontal") == "true":
            horizontal.add(element)
    for edge in root.iter(f"{BPMNDI}BPMNEdge"):
        element = edge.get("bpmnElement", "")
        edges[element] = tuple(_point(p, file) for p in edge.findall(f"{DI}waypoint"))
        label = edge.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
        if label is not None:
            labels[element] = _bounds(label, file)
    return Layout(shapes, labels, edges, frozenset(expanded), frozenset(horizontal))


def _bounds(element: etree._Element, file: str) -> Bounds:
    return Bounds(*(_coordinate(element, side, file) for side in ("x", "y", "width", "height")))


def _point(element: etree._Element, file: str) -> tuple[float, float]:
    return _coordinate(element, "x", file), _coordinate(element, "y", file)


def _coordinate(element: etree._Element, side: str, file: str) -> float:
    text = element.get(side, "0")
    try:
        return float(text)
    except ValueError as error:
        raise FileInvalid(file, f"line {element.sourceline}: “{text}” is no coordinate.") from error
