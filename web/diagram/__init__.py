"""Drawings as pictures that the server draws: they need no JavaScript, and print as they are seen."""

from web.diagram.picture import picture

__all__ = ["picture"]
