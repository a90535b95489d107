"""People write what a return is called as often as its code."""

from __future__ import annotations

import pytest
from asking import write_csv
from inbox import HEADING, row
from memory_store import MemoryStore
from product import shipped_returns

from monitor.returns.names import names_of_returns

# What stands under return_code, whose row it is, and which return is meant; None: nobody can tell.
NAMED = [
    ("GP practice workforce (NWRS)", "A81001", "workforce"),
    ("gp PRACTICE  workforce", "A81001", "workforce"),
    ("Workforce.", "A81001", "workforce"),
    ("work-force", "A81001", "workforce"),
    ("NWRS", "A81001", "workforce"),
    ("NWRS", "U12345", "pcn_workforce"),
    ("PCN workforce (NWRS)", "U12345", "pcn_workforce"),
    ("GPAD", "A81001", "appointments"),
    ("GP appointments data", "A81001", "appointments"),
    ("GP appointments", "A81001", "appointments"),
    ("National Diabetes Audit", "A81001", "national_diabetes_audit"),
    ("Online & video consultations", "A81001", "online_and_video_consultations"),
    ("eDEC", "A81001", "annual_return"),
    ("KO41b", "A81001", "written_complaints"),
    ("labour force", "A81001", None),
    ("data", "A81001", None),
    ("(...)", "A81001", None),
]


def test_a_return_is_known_by_its_title_and_its_abbreviation(store: MemoryStore) -> None:
    starts = {code: "2025-01-01" for _, _, code in NAMED} | dict.fromkeys(
        ("annual_return", "written_complaints"), "2024-04-01"
    )
    lines = (
        row(organisation_code=owner, return_code=text, period_start=starts[code], submission_id=str(place))
        for place, (text, owner, code) in enumerate(NAMED)
    )
    write_csv(store.inbox / "log.csv", HEADING + "".join(lines))
    store.load_any()
    meant = dict(store.rows("SELECT CAST(submission_id AS INT), return_code FROM data.submission_row"))
    assert [(*case[:2], meant.get(place)) for place, case in enumerate(NAMED)] == NAMED


def test_the_files_that_people_keep_beside_a_log_may_name_a_return_so_too(store: MemoryStore) -> None:
    requests = (
        "request_id,organisation_code,return_code,requested_on\nR1,A81001,Annual practice return (eDEC),2025-05-01\n"
    )
    notices = "notice_id,return_code,kind,scope,scope_value,reason\nN1,NWRS,paused,organisation,U12345,a test\n"
    participation = "organisation_code,return_code,state,from_on\nA81001,GPAD,declined,2025-01-01\n"
    for name, text in {"requests": requests, "notices": notices, "participation": participation}.items():
        write_csv(store.inbox / f"{name}.csv", text)
    store.load()
    named = "SELECT return_code FROM data.{}_row"
    found = [store.rows(named.format(kind)) for kind in ("request", "notice", "participation")]
    assert found == [[("annual_return",)], [("pcn_workforce",)], [("appointments",)]]


@pytest.mark.parametrize("name", ["nwrs", "workforcedata", "data", "pcndeclaration", ""])
def test_what_several_returns_could_be_called_is_a_name_of_none(name: str) -> None:
    assert name not in names_of_returns(shipped_returns())
