"""One hash for everything that is kept and could be stale: of the texts that it rests on."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import Path


def hash_of(*texts: str) -> str:
    """The SHA-256 of these texts, one after the other, in hexadecimal."""
    return sha256("\0".join(texts).encode()).hexdigest()


def hash_of_file(file: Path) -> str:
    """The SHA-256 of the bytes of a file, in hexadecimal. Raises OSError."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
