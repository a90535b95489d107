"""Killed at random moments of planning and sending: every alert arrives, and no kill doubles more than one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from asking import Show
from killed_mail import kill_mail

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes as Linux does")

KILLS = int(os.environ.get("MONITOR_KILLS", "20"))


@pytest.mark.proof
@pytest.mark.slow
def test_killed_at_random_moments_no_alert_is_lost(tmp_path: Path, show: Show) -> None:
    mail = kill_mail(tmp_path, KILLS)
    show(
        f"Killed {KILLS} times on {mail.days.world.day} days: is any alert lost?",
        ("killed where", "times"),
        [*sorted(mail.days.killed.items()), ("messages that the server took", len(mail.received.copies)),
         ("things told in them", mail.told.total()), ("lost", len(mail.lost)), ("doubled", mail.received.doubled)],
    )  # fmt: skip
    assert list(mail.faults()) == []
    assert {reason for *_, reason in mail.told} >= {"new", "changed", "resolved"}
