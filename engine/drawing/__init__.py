"""Reading drawings: safe XML, extension elements, translations."""

from engine.drawing.model import (
    Bounds,
    Drawing,
    EventDefinition,
    Flow,
    Lane,
    Layout,
    Node,
    Procedure,
    Rounds,
    Texts,
    Transfer,
    codes,
    text_in,
)
from engine.drawing.reader import read_drawing

__all__ = [
    "Bounds",
    "Drawing",
    "EventDefinition",
    "Flow",
    "Lane",
    "Layout",
    "Node",
    "Procedure",
    "Rounds",
    "Texts",
    "Transfer",
    "codes",
    "read_drawing",
    "text_in",
]
