"""Reading drawings: safe XML, extension elements, translations."""

from engine.drawing.model import (
    CATCHING,
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
    expression_text,
    text_in,
)
from engine.drawing.reader import read_drawing

__all__ = [
    "CATCHING",
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
    "expression_text",
    "read_drawing",
    "text_in",
]
