"""Secrets: read from the environment or a file where they are used, and never kept."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

from monitor.errors import ConfigurationError
from monitor.settings import Channel, Mail

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
    """A text without the secret, also as logins write it."""
    if not secret:
        return text
    for form in (secret, base64.b64encode(secret.encode()).decode()):
        text = text.replace(form, "***")
    return text


def _secret(setting: str, variable: str | None, file: str | None, environ: Mapping[str, str]) -> str:
    if variable:
        if not environ.get(variable):
            raise ConfigurationError(f"{setting}_env", f"the environment has no {variable}", "a variable", ADVICE)
        return environ[variable]
    path = Path(file or "")
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{setting}_file", f"{path} cannot be read", "a file of UTF-8 text", ADVICE) from error
    if not found:
        raise ConfigurationError(f"{setting}_file", f"{path} is empty", "the secret, on one line", ADVICE)
    return found
