"""Where the files that come with the program are: in an installed wheel, or in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
_ROOT = PACKAGE / "shipped" if (PACKAGE / "shipped").is_dir() else PACKAGE.parent

EXPECTATIONS = _ROOT / "expectations"
SAMPLE_DATA = _ROOT / "sample_data"
CONSTRAINTS = _ROOT / "constraints.txt"
CHECKOUT = PACKAGE.parent
