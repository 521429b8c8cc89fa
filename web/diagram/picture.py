"""A whole drawing as one picture: pools and lanes, ways, nodes, names, and how far the case is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import dist

from lxml import etree
from markupsafe import Markup

from tasks.drawings import CaseDrawing, Drawing, Layout, Node, Procedure
from tasks.texts import text_in
from web.diagram.canvas import INK, Box, add, arrow, lines, rectangle, sheet, slash, upright
from web.diagram.lettering import fitted
from web.diagram.nodes import Mark, draw_node

_MARGIN = 24.0
_BAND = 30.0
_FLOW_LABEL_WIDTH, _FLOW_LABEL_HEIGHT = 90.0, 44.0
_HOLDERS = {"subProcess", "transaction"}


def picture(shown: CaseDrawing, language: str, marks: Mapping[str, Mark]) -> Markup:
    """A drawing of a case as SVG, its names in a language."""
    root = draw(shown.drawing, language, marks, text_in(shown.names, language))
    # Every text came in as a text node or an attribute, so nothing in it can be taken for markup.
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704 - see the line above


def draw(drawing: Drawing, language: str, marks: Mapping[str, Mark], title: str) -> etree._Element:
    """A drawing as an SVG element."""
    root = sheet(_extent(drawing.layout), title)
    procedures = list(drawing.procedures.values())
    _pools(root, drawing, language)
    for procedure in procedures:
        _lanes(root, drawing.layout, procedure, language)
    nodes = [node for procedure in procedures for node in _in_order(procedure) if node.id in drawing.layout.shapes]
    holders = [node for node in nodes if node.kind in _HOLDERS and node.id in drawing.layout.expanded]
    for node in holders:
        _node(root, drawing.layout, node, language, marks)
    for procedure in procedures:
        _flows(root, drawing.layout, procedure, language)
    for node in nodes:
        if node not in holders:
            _node(root, drawing.layout, node, language, marks)
    return root


def _in_order(procedure: Procedure) -> Iterator[Node]:
    """Outer nodes first, and what sits on a border last."""
    depth = {procedure.id: 0}
    nodes = list(procedure.nodes.values())
    for node in nodes:
        depth[node.id] = depth.get(node.parent, 0) + 1
    return iter(sorted(nodes, key=lambda node: (node.attached_to is not None, depth[node.id])))


def _extent(layout: Layout) -> Box:
    boxes = [*layout.shapes.values(), *layout.labels.values()]
    xs = [x for box in boxes for x in (box.x, box.x + box.width)] + [x for edge in layout.edges.values() for x, _ in edge]
    ys = [y for box in boxes for y in (box.y, box.y + box.height)] + [y for edge in layout.edges.values() for _, y in edge]
    left, top = min(xs, default=0) - _MARGIN, min(ys, default=0) - _MARGIN
    return Box(left, top, max(xs, default=0) + _MARGIN - left, max(ys, default=0) + _MARGIN - top)


def _box(layout: Layout, key: str) -> Box | None:
    found = layout.shapes.get(key)
    return Box(found.x, found.y, found.width, found.height) if found else None


def _label_box(layout: Layout, key: str) -> Box | None:
    found = layout.labels.get(key)
    return Box(found.x, found.y, found.width, found.height) if found else None


def _pools(root: etree._Element, drawing: Drawing, language: str) -> None:
    filled = set(drawing.participants.values())
    for key, names in drawing.participant_names.items():
        box = _box(drawing.layout, key)
        if box is None:
            continue
        rectangle(root, box, "lw-pool")
        name = text_in(names, language)
        if key not in filled:
            written = fitted(name, box.width - 20, box.height)
            lines(root, written, box.middle[0], box.middle[1] - written.height / 2)
        else:
            _band(root, box, name, key in drawing.layout.horizontal or box.width >= box.height, ruled=True)


def _lanes(root: etree._Element, layout: Layout, procedure: Procedure, language: str) -> None:
    for lane in procedure.lanes:
        box = _box(layout, lane.id)
        if box is not None:
            rectangle(root, box, "lw-lane", fill="none")
            _band(root, box, text_in(lane.names, language), lane.id in layout.horizontal or box.width >= box.height, ruled=False)


def _band(root: etree._Element, box: Box, name: str, horizontal: bool, *, ruled: bool) -> None:
    """The name of a pool or lane, at its beginning."""
    if not horizontal:
        lines(root, fitted(name, box.width - 10, _BAND), box.middle[0], box.y + 6, "lw-band-name")
        return
    if ruled:
        rule = f"M {box.x + _BAND:g} {box.y:g} V {box.y + box.height:g}"
        add(root, "path", class_="lw-lane", d=rule, fill="none", stroke=INK, stroke_width=1.5)
    # Bold letters are broader than plain ones.
    written = fitted(name, (box.height - 12) * 0.88, _BAND)
    first = box.x + _BAND / 2 - (len(written.lines) - 1) * written.step / 2
    for number, line in enumerate(written.lines):
        upright(root, line, (first + number * written.step, box.middle[1]), written.size)


def _flows(root: etree._Element, layout: Layout, procedure: Procedure, language: str) -> None:
    for flow in procedure.flows.values():
        points = layout.edges.get(flow.id, ())
        if len(points) < 2:
            continue
        group = add(root, "g", class_="lw-way", data_element=flow.id)
        arrow(group, points, "lw-flow")
        if procedure.nodes[flow.source].default == flow.id:
            slash(group, points)
        name = text_in(flow.names, language)
        if name:
            _flow_name(group, name, _label_box(layout, flow.id), points)


def _flow_name(group: etree._Element, name: str, label: Box | None, points: tuple[tuple[float, float], ...]) -> None:
    if label:
        written = fitted(name, max(label.width, _FLOW_LABEL_WIDTH * 0.7), _FLOW_LABEL_HEIGHT)
        lines(group, written, label.middle[0], label.y, "lw-name lw-beside")
        return
    start, end = max(pairwise(points), key=lambda ends: dist(*ends))
    written = fitted(name, _FLOW_LABEL_WIDTH, _FLOW_LABEL_HEIGHT)
    lines(group, written, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - written.height - 2, "lw-name lw-beside")


def _node(root: etree._Element, layout: Layout, node: Node, language: str, marks: Mapping[str, Mark]) -> None:
    box = _box(layout, node.id)
    if box is not None:
        name = text_in(node.names, language)
        open_ = node.id in layout.expanded and node.kind in _HOLDERS
        draw_node(root, node, name, box, _label_box(layout, node.id), marks.get(node.id), open_=open_)
