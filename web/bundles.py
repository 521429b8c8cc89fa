"""The built assets: found by their plain names, served with hashed ones that may be cached for ever."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from engine.errors import SettingsInvalid

FOLDER = Path(__file__).parent / "static" / "dist"
PREFIX = "/static/"
_HASHED = re.compile(r"-[0-9A-Z]{8}\.\w+$|/pictures/")


def install(app: Flask, folder: Path = FOLDER) -> None:
    """Serves the assets, and tells templates where they are.

    Raises:
        SettingsInvalid: they have not been built.
    """
    names = _manifest(folder)
    app.add_template_global(_finder(names), "asset")
    served: Any = WhiteNoise(
        app.wsgi_app,
        root=str(folder),
        prefix=PREFIX,
        allow_all_origins=False,
        immutable_file_test=lambda _path, address: bool(_HASHED.search(address)),
        add_headers_function=lambda headers, _path, _address: headers.add_header("X-Content-Type-Options", "nosniff"),
    )
    app.wsgi_app = served  # type: ignore[method-assign]  # the way Flask's documentation gives for middleware


def _manifest(folder: Path) -> Mapping[str, str]:
    try:
        names: Mapping[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsInvalid("assets", "the assets are not built; run “make setup”.") from error
    return names


def _finder(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda name: PREFIX + names[name]
