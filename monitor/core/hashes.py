"""One hash for everything that is kept and could be stale: of the texts that it rests on."""

from __future__ import annotations

from hashlib import sha256


def hash_of(*texts: str) -> str:
    """The SHA-256 of these texts, one after the other, in hexadecimal."""
    return sha256("\0".join(texts).encode()).hexdigest()
