"""A sheet to draw on: SVG elements that carry classes and plain attributes, never a style of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from lxml import etree

from web.diagram.lettering import Lettering
from web.diagram.signs import Sign

SVG = "http://www.w3.org/2000/svg"
INK = "#333"
PAPER = "#fff"
_BEND = 6.0
_HEAD = 9.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


def sheet(box: Box, label: str) -> etree._Element:
    """An empty sheet of the size of a box."""
    attributes = {
        "viewBox": f"{box.x:g} {box.y:g} {box.width:g} {box.height:g}",
        "width": f"{box.width:g}",
        "height": f"{box.height:g}",
        "class": "lw-picture",
        "role": "group",
        "aria-label": label,
    }
    # Without a prefix, as a page embeds it; the stubs know prefixes of text only.
    return etree.Element(f"{{{SVG}}}svg", attributes, nsmap={None: SVG})  # type: ignore[dict-item]  # see above


def add(parent: etree._Element, name: str, **attributes: str | float | None) -> etree._Element:
    """A new element; `class_` and `stroke_width` are written as SVG writes them, what is None is left away."""
    given = {key.rstrip("_").replace("_", "-"): _written(value) for key, value in attributes.items() if value is not None}
    return etree.SubElement(parent, f"{{{SVG}}}{name}", given)


def rectangle(parent: etree._Element, box: Box, class_: str, *, radius: float = 0, stroke: float = 1.5, fill: str = PAPER) -> None:
    """A rectangle, its corners rounded when there is a radius."""
    place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height, "rx": radius or None}
    add(parent, "rect", class_=class_, fill=fill, stroke=INK, stroke_width=stroke, **place)


def circle(parent: etree._Element, middle: Point, radius: float, class_: str, *, stroke: float, dashes: str | None = None) -> None:
    """A circle."""
    add(
        parent,
        "circle",
        class_=class_,
        cx=middle[0],
        cy=middle[1],
        r=radius,
        fill=PAPER,
        stroke=INK,
        stroke_width=stroke,
        stroke_dasharray=dashes,
    )


def diamond(parent: etree._Element, box: Box, class_: str) -> None:
    """A rectangle stood on its corner."""
    (x, y), right, bottom = box.middle, box.x + box.width, box.y + box.height
    corners = f"{x:g},{box.y:g} {right:g},{y:g} {x:g},{bottom:g} {box.x:g},{y:g}"
    add(parent, "polygon", class_=class_, points=corners, fill=PAPER, stroke=INK, stroke_width=1.5)


def sign(parent: etree._Element, drawn: Sign, middle: Point, *, filled: bool | None = None, class_: str = "lw-sign") -> None:
    """A sign around a point."""
    inked = drawn.filled if filled is None else filled
    add(
        parent,
        "path",
        class_=f"{class_} lw-inked" if inked else class_,
        d=drawn.path,
        transform=f"translate({middle[0]:g} {middle[1]:g})",
        fill=INK if inked else "none",
        stroke=PAPER if inked and "envelope" in class_ else INK,
        stroke_width=drawn.stroke,
        stroke_linejoin="round",
        stroke_linecap="round",
    )


def lines(parent: etree._Element, written: Lettering, x: float, top: float, class_: str = "lw-name") -> None:
    """A text, its lines centred on x and hung below a height."""
    block = add(parent, "text", class_=class_, font_size=written.size, text_anchor="middle", fill=INK)
    for number, line in enumerate(written.lines):
        add(block, "tspan", x=x, y=round(top + written.size + number * written.step, 2)).text = line


def upright(parent: etree._Element, text: str, middle: Point, size: float) -> None:
    """A text that reads from bottom to top."""
    turn = f"translate({middle[0]:g} {middle[1]:g}) rotate(-90)"
    block = add(parent, "text", class_="lw-band-name", font_size=size, text_anchor="middle", dy="0.35em", transform=turn, fill=INK)
    block.text = text


def arrow(parent: etree._Element, points: Sequence[Point], class_: str) -> None:
    """A line with soft bends and a head."""
    *_, before, tip = points
    length = hypot(tip[0] - before[0], tip[1] - before[1]) or 1.0
    towards = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
    neck = tip[0] - towards[0] * (_HEAD - 2), tip[1] - towards[1] * (_HEAD - 2)
    add(parent, "path", class_=class_, d=_bent([*points[:-1], neck]), fill="none", stroke=INK, stroke_width=1.4)
    add(parent, "polygon", class_="lw-head", points=_head(tip, towards), fill=INK)


def slash(parent: etree._Element, points: Sequence[Point]) -> None:
    """The mark of the way that is taken when no other is."""
    start, following = points[0], points[1]
    length = hypot(following[0] - start[0], following[1] - start[1]) or 1.0
    towards = (following[0] - start[0]) / length, (following[1] - start[1]) / length
    x, y = start[0] + towards[0] * 11, start[1] + towards[1] * 11
    slant = 5 * towards[1] + 3 * towards[0], 3 * towards[1] - 5 * towards[0]
    path = f"M {x + slant[0]:g} {y + slant[1]:g} L {x - slant[0]:g} {y - slant[1]:g}"
    add(parent, "path", class_="lw-flow", d=path, fill="none", stroke=INK, stroke_width=1.4)


def _bent(points: Sequence[Point]) -> str:
    path = f"M {points[0][0]:g} {points[0][1]:g}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        arriving, leaving = _on_the_way(corner, before), _on_the_way(corner, after)
        path += f" L {arriving[0]:g} {arriving[1]:g} Q {corner[0]:g} {corner[1]:g} {leaving[0]:g} {leaving[1]:g}"
    return f"{path} L {points[-1][0]:g} {points[-1][1]:g}"


def _on_the_way(start: Point, end: Point) -> Point:
    """A little way from a corner towards the next point, at most half of it."""
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    share = min(_BEND, length / 2) / length
    return round(start[0] + (end[0] - start[0]) * share, 2), round(start[1] + (end[1] - start[1]) * share, 2)


def _head(tip: Point, towards: Point) -> str:
    back = tip[0] - towards[0] * _HEAD, tip[1] - towards[1] * _HEAD
    across = -towards[1] * _HEAD * 0.42, towards[0] * _HEAD * 0.42
    corners = [tip, (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1])]
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)


def _written(value: str | float | None) -> str:
    return value if isinstance(value, str) else f"{value:g}"
