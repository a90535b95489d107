"""The five files that people prepare themselves (CSV, workbook or Parquet), known by their headings."""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

_ALIASES = {"practice_code": "organisation_code"}

ORGANISATIONS = Format(
    name="organisations",
    table="organisation",
    columns=(
        "organisation_code", "organisation_name", "organisation_kind", "contract_type", "icb_code", "icb_name",
        "sub_icb_code", "pcn_code", "clinical_supplier", "telephony_supplier", "online_supplier", "list_size",
        "opened_on", "closed_on", "successor_code", "valid_from", "valid_to",
    ),
    required=("organisation_code", "organisation_name"),
)  # fmt: skip
SUBMISSION_LOG = Format(
    name="submission log",
    table="submission",
    columns=(
        "organisation_code", "return_code", "period_start", "submitted_at", "outcome", "record_count",
        "submission_id", "request_id", "detail",
    ),
    required=("organisation_code", "return_code", "period_start", "submitted_at", "outcome"),
)  # fmt: skip
REQUESTS = Format(
    name="requests",
    table="request",
    columns=("request_id", "organisation_code", "return_code", "requested_on", "due_on", "subject"),
    required=("request_id", "organisation_code", "return_code", "requested_on"),
)
NOTICES = Format(
    name="notices",
    table="notice",
    columns=(
        "notice_id", "return_code", "kind", "period_start", "scope", "scope_value", "new_due_on", "from_on", "to_on",
        "reason", "reference",
    ),
    required=("notice_id", "return_code", "kind", "scope", "reason"),
)  # fmt: skip
PARTICIPATION = Format(
    name="participation",
    table="participation",
    columns=("organisation_code", "return_code", "state", "from_on", "to_on"),
    required=("organisation_code", "return_code", "state", "from_on"),
)

# The most specific first: a submission log may hold all that makes a file of participation, never the other way round.
HEADED = (
    HeadedFormat(SUBMISSION_LOG, _ALIASES, is_own=True),
    HeadedFormat(REQUESTS, _ALIASES, is_own=True),
    HeadedFormat(NOTICES, is_own=True),
    HeadedFormat(PARTICIPATION, _ALIASES, is_own=True),
    HeadedFormat(ORGANISATIONS, _ALIASES, excluded=frozenset({"return_code"}), is_own=True),
)
