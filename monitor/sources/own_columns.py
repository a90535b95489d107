"""The columns of the six files that people prepare themselves, in order, and what else people call them.

The contract fixes the columns. docs/formats.md lists the other names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class OwnColumns:
    """One of the files that people prepare.

    name:     as people see the format
    table:    the kind of row
    required: the columns without which a file is not of the format
    names:    other headings for a column, compared loosely. A file that has two of them for one column is refused
    weak:     headings that stand for a column where nothing else does, the first one that is there
    to_add:   of a column that lists of one's own often lack, what to write into it
    """

    name: str
    table: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weak: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    to_add: Mapping[str, str] = field(default_factory=dict)


_CODES = (
    "ODS code", "practice code", "org code", "organisation ODS code", "practice ODS code", "organization code",
    "GP code", "GP practice code", "surgery code",
)  # fmt: skip
_RETURNS = (
    "return", "return name", "return title", "collection", "collection code", "collection name", "data collection",
    "dataset", "data set", "return type",
)  # fmt: skip
_PERIODS = (
    "period", "month", "quarter", "period start date", "start of period", "period beginning", "period from",
    "reporting period", "reporting month", "collection period", "collection month", "data month", "contract year",
)  # fmt: skip
_SUBMITTED = (
    "submitted", "date submitted", "submitted date", "submission date", "date of submission", "submitted on",
    "submission time", "submitted date time", "submission date time", "date time submitted", "time submitted",
    "submission timestamp",
)  # fmt: skip
_WEAK_SUBMITTED = ("date sent", "sent date", "sent on", "date received", "received date", "received on")
_CODE = {"organisation_code": _CODES}
_WEAK_CODE = {"organisation_code": ("organisation", "practice", "ODS", "org", "GP practice")}
_NAMES_OF_ORGANISATIONS = (
    "practice name", "org name", "organization name", "GP practice name", "surgery name",
)  # fmt: skip

ORGANISATIONS = OwnColumns(
    name="organisations",
    table="organisation",
    columns=(
        "organisation_code", "organisation_name", "organisation_kind", "contract_type", "icb_code", "icb_name",
        "sub_icb_code", "pcn_code", "clinical_supplier", "telephony_supplier", "online_supplier", "list_size",
        "opened_on", "closed_on", "successor_code", "valid_from", "valid_to",
    ),
    required=("organisation_code", "organisation_name"),
    names=_CODE | {
        "organisation_name": _NAMES_OF_ORGANISATIONS,
        "organisation_kind": ("kind", "organisation type", "org type"),
        "contract_type": ("contract",),
        "icb_code": ("ICB", "ICB ODS code"),
        "sub_icb_code": ("sub ICB", "sub ICB location", "sub ICB location code", "SICBL", "SICBL code", "CCG code"),
        "pcn_code": ("PCN", "PCN ODS code"),
        "clinical_supplier": ("clinical system", "clinical system supplier", "GP system", "GP system supplier"),
        "telephony_supplier": ("telephony", "telephony system", "telephony provider", "phone supplier"),
        "online_supplier": (
            "online consultation supplier", "online consultation system", "online consultation provider",
            "online system", "OC supplier",
        ),
        "list_size": ("practice list size", "registered list size", "registered patients"),
        "opened_on": ("opened", "open date", "date opened", "opening date"),
        "closed_on": ("closed", "close date", "date closed", "closing date", "closure date"),
        "successor_code": ("successor", "successor ODS code"),
        "valid_from": ("valid from date", "effective from"),
        "valid_to": ("valid to date", "effective to"),
    },
    weak={
        **_WEAK_CODE,
        "organisation_name": ("organisation", "practice", "PCN name", "trust name"),
    },
)  # fmt: skip
SUBMISSION_LOG = OwnColumns(
    name="submission log",
    table="submission",
    columns=(
        "organisation_code", "return_code", "period_start", "submitted_at", "outcome", "record_count",
        "submission_id", "request_id", "detail",
    ),
    required=("organisation_code", "return_code", "period_start", "submitted_at", "outcome"),
    names=_CODE | {
        "return_code": _RETURNS,
        "period_start": _PERIODS,
        "submitted_at": _SUBMITTED,
        "outcome": ("status", "result", "submission status", "submission outcome", "submission result"),
        "record_count": ("records", "count", "number of records", "no of records", "records submitted", "row count"),
        "submission_id": ("submission reference", "submission ref", "submission number", "submission no"),
        "request_id": ("request", "request reference", "request ref", "request number", "request no"),
        "detail": ("details", "comment", "comments", "note", "notes", "message", "reason"),
    },
    weak={**_WEAK_CODE, "submitted_at": _WEAK_SUBMITTED},
    to_add={"outcome": "accepted, rejected or nil in each row (accepted, if you list only what was received)"},
)  # fmt: skip
REQUESTS = OwnColumns(
    name="requests",
    table="request",
    columns=("request_id", "organisation_code", "return_code", "requested_on", "due_on", "subject"),
    required=("request_id", "organisation_code", "return_code", "requested_on"),
    names=_CODE | {
        "request_id": ("request", "request reference", "request ref", "request number", "request no"),
        "return_code": _RETURNS,
        "requested_on": ("requested", "date requested", "request date", "date of request"),
        "due_on": ("due", "due date", "date due", "deadline"),
        "subject": ("title", "description"),
    },
    weak=_WEAK_CODE,
)  # fmt: skip
NOTICES = OwnColumns(
    name="notices",
    table="notice",
    columns=(
        "notice_id", "return_code", "kind", "period_start", "scope", "scope_value", "new_due_on", "from_on", "to_on",
        "reason", "reference",
    ),
    required=("notice_id", "return_code", "kind", "scope", "reason"),
    names={
        "notice_id": ("notice", "notice reference", "notice ref", "notice number", "notice no"),
        "return_code": _RETURNS,
        "kind": ("notice kind", "notice type", "type"),
        "period_start": _PERIODS,
        "scope": ("applies to",),
        "new_due_on": ("new due date", "extended to"),
        "from_on": ("from", "from date", "start date"),
        "to_on": ("to", "to date", "end date"),
        "reason": ("reasons", "reason for notice"),
        "reference": ("ref", "source"),
    },
)  # fmt: skip
PARTICIPATION = OwnColumns(
    name="participation",
    table="participation",
    columns=("organisation_code", "return_code", "state", "from_on", "to_on"),
    required=("organisation_code", "return_code", "state", "from_on"),
    names=_CODE | {
        "return_code": _RETURNS,
        "state": ("status", "participation", "participation status"),
        "from_on": ("from", "from date", "start date", "date from"),
        "to_on": ("to", "to date", "end date", "date to"),
    },
    weak=_WEAK_CODE,
)  # fmt: skip

CONTACTS = OwnColumns(
    name="contacts",
    table="contact",
    columns=("organisation_code", "supplier", "name", "role", "email", "phone", "note"),
    required=(),  # whose contact it is, and how to reach it: own_formats.py
    names=_CODE | {
        "supplier": ("supplier name", "system supplier"),
        "name": ("contact name", "contact", "contact person", "person"),
        "role": ("job title", "position"),
        "email": ("e-mail", "email address", "contact email", "mail"),
        "phone": ("telephone", "phone number", "telephone number", "contact number", "tel"),
        "note": ("notes", "comment", "comments"),
    },
    weak=_WEAK_CODE,
)  # fmt: skip

OWN_COLUMNS = {own.name: own for own in (ORGANISATIONS, SUBMISSION_LOG, REQUESTS, NOTICES, PARTICIPATION, CONTACTS)}

# A file with one of these is about returns or months: it is no list of organisations, whatever else it names.
NOT_OF_ORGANISATIONS = (
    "return_code", "period_start", "submitted_at", *_RETURNS, *_PERIODS, *_SUBMITTED, "date", "year", "extract date",
)  # fmt: skip
