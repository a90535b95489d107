"""Where the files that come with the program are: in an installed wheel, or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "shipped" if (_PACKAGE / "shipped").is_dir() else _PACKAGE.parent

EXPECTATIONS = _ROOT / "expectations"
SAMPLE_DATA = _ROOT / "sample_data"
