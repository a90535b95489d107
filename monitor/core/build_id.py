"""Which program this is: a hash of everything that the package ships.

Whatever is kept (statuses, published copy, pages, workbook) says which build it was made by, so that a corrected
rule, query, template or data file is applied by the next run, and none of them has to be listed anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from monitor.core.resources import EXPECTATIONS, PACKAGE

NOT_SHIPPED = "__pycache__"


@cache
def build_id() -> str:
    """The build of the program that runs, as hexadecimal SHA-256. Read once in a process."""
    return build_id_of([PACKAGE, EXPECTATIONS])


def build_id_of(folders: Iterable[Path]) -> str:
    """The hash of the names and bytes of all files below some folders, but what Python compiled."""
    digest = sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and NOT_SHIPPED not in file.parts:
                content = file.read_bytes()
                digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()
