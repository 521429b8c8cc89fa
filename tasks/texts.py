"""Texts in three languages, as pages and notices use them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.drawing import text_in

Texts = Mapping[str, str]
LANGUAGES = ("en", "zh-Hans", "zh-Hant")

__all__ = ["LANGUAGES", "Texts", "text_in"]
