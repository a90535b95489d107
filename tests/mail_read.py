"""What a mail says, as a mail program shows it."""

from __future__ import annotations

from email.message import EmailMessage


def body_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())
