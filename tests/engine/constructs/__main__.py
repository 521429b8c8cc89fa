"""Prints the table of constructs for `processes/README.md`."""

from __future__ import annotations

import sys

from tests.engine.constructs.markdown import markdown

sys.stdout.write(markdown())
