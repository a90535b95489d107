"""What `monitor explain` says of the returns before one: pure."""

from __future__ import annotations

from typing import Any

from monitor.queries.explain import returns_before


def before(label: str, status: str = "received", is_left_out: bool = False) -> dict[str, Any]:
    return {"period_label": label, "status": status, "is_left_out": is_left_out}


def test_those_before_an_absence_are_named_so_and_a_gap_between_is_no_part_of_them() -> None:
    rows = [before("July"), before("June", "not_received", True), before("May"), before("April")]
    (said,) = returns_before(rows, True)
    assert said == (
        "its 3 returns before the absence: July received; June not received (left out of its own history); "
        "May received; April received"
    )
    (said,) = returns_before(rows[:1], False)
    assert said == "its returns before: July received"
    assert list(returns_before([], True)) == []
    assert list(returns_before([before("July", "not_known", True)], True)) == [
        "before the absence: July not known (left out of its own history)"
    ]
