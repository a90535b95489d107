"""The columns of the five files that people prepare themselves, in order. The contract fixes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OwnColumns:
    """name: as people see the format. table: the kind of row. required: without which a file is not of the format."""

    name: str
    table: str
    columns: tuple[str, ...]
    required: tuple[str, ...]


ORGANISATIONS = OwnColumns(
    name="organisations",
    table="organisation",
    columns=(
        "organisation_code", "organisation_name", "organisation_kind", "contract_type", "icb_code", "icb_name",
        "sub_icb_code", "pcn_code", "clinical_supplier", "telephony_supplier", "online_supplier", "list_size",
        "opened_on", "closed_on", "successor_code", "valid_from", "valid_to",
    ),
    required=("organisation_code", "organisation_name"),
)  # fmt: skip
SUBMISSION_LOG = OwnColumns(
    name="submission log",
    table="submission",
    columns=(
        "organisation_code", "return_code", "period_start", "submitted_at", "outcome", "record_count",
        "submission_id", "request_id", "detail",
    ),
    required=("organisation_code", "return_code", "period_start", "submitted_at", "outcome"),
)  # fmt: skip
REQUESTS = OwnColumns(
    name="requests",
    table="request",
    columns=("request_id", "organisation_code", "return_code", "requested_on", "due_on", "subject"),
    required=("request_id", "organisation_code", "return_code", "requested_on"),
)
NOTICES = OwnColumns(
    name="notices",
    table="notice",
    columns=(
        "notice_id", "return_code", "kind", "period_start", "scope", "scope_value", "new_due_on", "from_on", "to_on",
        "reason", "reference",
    ),
    required=("notice_id", "return_code", "kind", "scope", "reason"),
)  # fmt: skip
PARTICIPATION = OwnColumns(
    name="participation",
    table="participation",
    columns=("organisation_code", "return_code", "state", "from_on", "to_on"),
    required=("organisation_code", "return_code", "state", "from_on"),
)

OWN_COLUMNS = {own.name: own for own in (ORGANISATIONS, SUBMISSION_LOG, REQUESTS, NOTICES, PARTICIPATION)}
