"""Who may read what the program writes: its owner and group, and only its owner may write it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NOT_FOR_OTHERS = 0o027


def keep_from_others() -> int:
    """Have what this process writes from now on kept from others; gives the mask before. What is stricter stays so."""
    before = os.umask(NOT_FOR_OTHERS)
    os.umask(before | NOT_FOR_OTHERS)
    return before


@contextmanager
def kept_from_others() -> Iterator[None]:
    """The same for a while, in a process that is somebody else's."""
    before = keep_from_others()
    try:
        yield
    finally:
        os.umask(before)
