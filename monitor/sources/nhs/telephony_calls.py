"""Cloud Based Telephony: the long CSV files of NHS England, one for each region and month, in three layouts.

By Day and Time, By Durations, and (from June 2026) the Calls Answered Metric give the same practices in other figures.
What is counted is in INDICATOR (CBT001 is inbound calls); each layout cuts it into other bands. Buckets with nothing in
them are left out. PRACTICE_CODE is Unassigned for an account that several practices share.
"""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

_LAYOUTS = {"by day and time": "time_category", "by duration": "duration", "answered": "wait_time"}


def _layout(name: str, band: str) -> HeadedFormat:
    """One of the three: they differ in the heading of the band, and all go to one table."""
    format_ = Format(
        name=f"cloud based telephony calls {name}",
        table="telephony_calls",
        columns=(
            "date", "region_code", "sub_icb_code", "pcn_code", "organisation_code", "indicator", "band", "value",
        ),
        required=("date", "organisation_code", "indicator", "band", "value"),
        expected=("region_code", "sub_icb_code", "pcn_code"),
        typed=(
            "period_start", "organisation_code", "region_code", "sub_icb_code", "pcn_code", "calls_in_band",
            "calls_in_total",
        ),
        edition_by="period_start",
    )  # fmt: skip
    aliases = {"practice_code": "organisation_code", "sub_icb_location_code": "sub_icb_code", band: "band"}
    return HeadedFormat(format_, aliases, signature=frozenset({band}))


HEADED = tuple(_layout(name, band) for name, band in _LAYOUTS.items())
