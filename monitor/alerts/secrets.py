"""Secrets: read from the environment or a file where they are used, and never kept."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from pathlib import Path

from monitor.config.settings import Channel, Mail
from monitor.core.errors import ConfigurationError

_BASE64 = re.compile(r"[A-Za-z0-9+/]{4,}={0,2}")
ADVICE = "set it where the monitor runs; docs/operations.md shows how"


def password_of(mail: Mail, environ: Mapping[str, str]) -> str | None:
    """The password of the mail account; None without an account. Raises ConfigurationError where it is missing."""
    if not mail.username:
        return None
    return _secret("[mail] password", mail.password_env, mail.password_file, environ)


def url_of(channel: Channel, environ: Mapping[str, str]) -> str:
    """The address of a channel. Raises ConfigurationError where it is missing."""
    return _secret(f"[[channel]] {channel.name} url", channel.url_env, channel.url_file, environ)


def without(text: str, secret: str | None) -> str:
    """A text without the secret: as it is, with other blanks between its words, or within anything in base64."""
    if not secret or not secret.strip():
        return text
    text = re.sub(r"\s+".join(map(re.escape, secret.split())), "***", text)
    return _BASE64.sub(lambda found: "***" if _holds(found[0], secret.encode()) else found[0], text)


def _holds(text: str, secret: bytes) -> bool:
    """Whether base64 holds the secret, wherever in the text it begins: a login has the name before the password."""
    for begin in range(4):
        whole = text[begin:].rstrip("=")
        whole = whole[: len(whole) - (len(whole) % 4 == 1)]
        try:
            if secret in base64.b64decode(whole + "=" * (-len(whole) % 4)):
                return True
        except binascii.Error:
            continue
    return False


def _secret(context: str, variable: str | None, file: str | None, environ: Mapping[str, str]) -> str:
    if variable:
        if not environ.get(variable):
            raise ConfigurationError(f"{context}_env", f"the environment has no {variable}", "a variable", ADVICE)
        return environ[variable]
    path = Path(file or "")
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{context}_file", f"{path} cannot be read", "a file of UTF-8 text", ADVICE) from error
    if not found:
        raise ConfigurationError(f"{context}_file", f"{path} is empty", "the secret, on one line", ADVICE)
    return found
