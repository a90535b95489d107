"""The quick way from London time to an instant agrees with the time zone's own rules."""

from __future__ import annotations

from pathlib import Path

from monitor.store.connection import open_writer


def test_london_time_becomes_the_instant_that_the_time_zone_says(tmp_path: Path) -> None:
    """Every twenty minutes, from the years of summer time all year round to beyond the quick way's last year."""
    with open_writer(Path(":memory:"), tmp_path, "500MB") as connection:
        unlike = connection.execute(
            "SELECT local_time FROM range(TIMESTAMP '1965-01-01', TIMESTAMP '2105-01-01', INTERVAL 20 MINUTE) "
            "AS r(local_time) WHERE london_instant_of(local_time) IS DISTINCT FROM CAST(local_time AS TIMESTAMPTZ)"
        ).fetchall()
    assert unlike == []
