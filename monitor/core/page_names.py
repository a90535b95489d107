"""What pages of the site are called, for the site itself and for what links into it. Pure.

Codes come from files: one is a file's name only where it is harmless.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date

# Codes of organisations and areas are in capitals, those of returns in small letters: no two differ by case alone,
# which some file systems do not see.
HARMLESS = re.compile(r"[A-Z0-9]{1,32}|[a-z][a-z0-9_]{1,63}")
RESERVED = re.compile(r"CON|PRN|AUX|NUL|(COM|LPT)[0-9]", re.IGNORECASE)  # no file on Windows can be called so


def name_for(code: str) -> str:
    """The name of a file for a code: the code, or a hash of one that cannot stand in a name."""
    if HARMLESS.fullmatch(code) and not RESERVED.fullmatch(code):
        return code
    return "x-" + hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def organisation_page(code: str) -> str:
    return f"organisations/{name_for(code)}.html"


def return_page(return_code: str) -> str:
    return f"returns/{name_for(return_code)}.html"


def period_page(return_code: str, slot_start: date, part: int = 1) -> str:
    """One period of a return; a list too long for one page goes on in further parts."""
    return f"returns/{name_for(return_code)}/{slot_start}{suffix(part)}.html"


def area_page(kind: str, code: str) -> str:
    return f"areas/{kind}/{name_for(code)}.html"


def suffix(part: int) -> str:
    """What the name of a page ends with that is a further part of another."""
    return "" if part == 1 else f"-part-{part}"
