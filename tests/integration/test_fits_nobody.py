"""What is set, silenced or stated in a notice and fits nobody is said by a run and by doctor, in the same sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from asking import NOW, Monitor, new_workspace, write_csv
from memory_store import MemoryStore

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor.operations.misfits import sentence
from monitor.pipeline import Stages
from monitor.queries.fits_nobody import fits_nobody, watches_nobody
from monitor.status.derivation import derive_status
from monitor.status.organisations import rebuild_organisations
from monitor.status.question import ask

SETTINGS = "monitor_from = 2025-09-01\n"
MAIL = '[mail]\nhost = "localhost"\nsender = "a@icb.example"\nroute = [{ to = ["b@icb.example"], %s }]\n'
HEADING = "organisation_code,organisation_name,icb_code,sub_icb_code,pcn_code,telephony_supplier,valid_from,valid_to"
REGISTER = """
    Z98001,Hill Street Surgery,QZ9,Z8A,U98001,Tern Communications,,2025-10-31
    Z98001,Hill Street Surgery,QY8,Z8A,U98002,Tern Communications,2025-11-01,
    Z98002,Mill Lane Practice,QY8,Z8A,U98002,Tern Communications,,2026-03-31
    Z98002,Mill Lane Practice,QX7,Z8A,U98002,Tern Communications,2026-04-01,
"""
NOTICES = "notice_id,return_code,kind,period_start,scope,scope_value,new_due_on,from_on,to_on,reason"
Said = Callable[..., list[str]]


@pytest.fixture
def said(store: MemoryStore, tmp_path: Path) -> Said:
    """The sentences on these settings and notices, as of a day."""

    def sentences(settings: str = "", notice: str = "", as_of: date = date(2026, 1, 10)) -> list[str]:
        write_csv(store.inbox / "organisations.csv", HEADING + REGISTER.rstrip())
        if notice:
            write_csv(store.inbox / "notices.csv", f"{NOTICES}\n{notice}")
        store.load_any()
        rebuild_organisations(store.connection)
        context = new_workspace(tmp_path / "workspace", SETTINGS + settings)
        ask(store.connection, context, as_of)
        derive_status(store.connection)
        return [sentence(unfit) for unfit in fits_nobody(store.connection, context, "return_status_row")]

    return sentences


@pytest.mark.one_in(6)
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('icbs = ["QY8"]', None),
        (
            'icbs = ["QZ9"]',
            "names the ICB QZ9, which ended on 2025-10-31: its 1 organisation of that day is still reported on",
        ),
        ('icbs = ["QZ9"]', "still reported on, and now in QY8 (1)"),
        ('icbs = ["QY9"]', "icbs in monitor.toml names the ICB QY9, to which no organisation in the register belongs"),
        ('icbs = ["QY9"]', "Nearest known: QY8 and QZ9"),
        ('icbs = ["QX7"]', "QX7, to which no organisation belongs before 2026-04-01"),
        ('also_covered = ["APMS"]', None),
        ('also_covered = ["AMPS"]', "names the contract type AMPS, which is neither GMS, PMS nor APMS"),
        (
            MAIL % 'icbs = ["QZ9"]',
            "[[mail.route]] 1, icbs in monitor.toml names the ICB QZ9, which ended on 2025-10-31",
        ),
        (MAIL % 'icbs = ["QZ9"]', "is still covered, and now in QY8 (1)"),
        (MAIL % 'sub_icbs = ["Z8A"]', None),
        (MAIL % 'sub_icbs = ["Z8B"]', "the sub-ICB Z8B, to which no organisation in the register belongs"),
        (MAIL % 'pcns = ["U98001"]', "the PCN U98001, to which no organisation has belonged since 2025-10-31"),
        (MAIL % 'returns = ["workforce"]', None),
        (MAIL % 'returns = ["core_gp_contract"]', None),
        (MAIL % 'returns = ["alcohol_and_dementia"]', "alcohol_and_dementia, which has not been owed since 2025-03-31"),
        (MAIL % 'returns = ["pcn_workforce"]', "pcn_workforce, which is not watched here: `returns` in monitor.toml"),
        ('[[channel]]\nname = "teams"\nurl_env = "X"\nicbs = ["QQ1"]', "[[channel]] teams, icbs in monitor.toml names"),
        (
            '[[step_change]]\nreturn = "workforce"\norganisation = "Z98009"\nfrom = 2025-10-01\nreason = "merged"',
            "names the organisation Z98009, which is not in the register. Nearest known: Z98001 and Z98002",
        ),
    ],
)
def test_settings_that_fit_nobody_are_said(said: Said, settings: str, words: str | None) -> None:
    found = said(settings)
    assert len(found) == (0 if words is None else 1)
    assert (words or "") in "".join(found)


@pytest.mark.one_in(6)
@pytest.mark.parametrize(
    ("notice", "words"),
    [
        ("N1,digital_telephony,incident,2025-09-01,supplier,TERN communications Ltd,,,,why", None),
        (
            "N1,digital_telephony,incident,2025-09-01,supplier,Tern Comms,,,,why",
            "notice N1 (notices.csv row 2) names the supplier Tern Comms, which is not in the register. "
            "Nearest known: Tern Communications",
        ),
        ("N1,appointments,incident,2025-09-01,supplier,Tern Communications,,,,why", "not the kind of supplier"),
        (
            "N1,workforce,incident,2025-09-01,supplier,Tern Communications,,,,why",
            "although its return is not sent through a supplier",
        ),
        ("N1,workforce,exempt,2025-09-01,icb,QZ9,,,,why", None),
        ("N1,workforce,exempt,,icb,QZ9,,2025-09-01,2025-09-30,why", None),
        ("N1,workforce,exempt,,icb,QZ9,,2026-01-01,,why", "the ICB QZ9, which ended on 2025-10-31"),
        ("N1,workforce,exempt,2025-09-01,icb,QXX,,,,why", "the ICB QXX, to which no organisation in the register"),
        ("N1,workforce,exempt,2025-09-01,organisation,Z98001,,,,why", None),
        ("N1,workforce,exempt,2025-09-01,organisation,Z98003,,,,why", "the organisation Z98003, which is not in the"),
    ],
)
def test_notices_that_fit_nobody_are_said(said: Said, notice: str, words: str | None) -> None:
    found = said(notice=notice)
    assert len(found) == (0 if words is None else 1)
    assert (words or "") in "".join(found)


@pytest.mark.slow
def test_an_extension_that_would_shorten_is_said(said: Said, store: MemoryStore) -> None:
    """Put into the table as it is: a load may reject such a row."""
    said()
    store.connection.execute(
        "INSERT INTO data.notice_row BY NAME SELECT max(file_id) AS file_id, 2 AS row_number, 'N3' AS notice_id, "
        "'workforce' AS return_code, 'extended' AS kind, DATE '2025-09-01' AS period_start, 'organisation' AS scope, "
        "'Z98002' AS scope_value, DATE '2025-09-15' AS new_due_on, 'later date agreed' AS reason FROM data.loaded_file"
    )
    (found,) = said()
    assert '"extends" to 2025-09-15, before the due date 2025-09-30' in found


@pytest.mark.slow
def test_a_silence_about_somebody_who_left_the_register_is_said(said: Said, store: MemoryStore) -> None:
    said()
    columns = "silence_id, author, reason, asked_at, until_at"
    for name, until in (("holds", "2026-02-01"), ("is over", "2026-01-01")):
        store.connection.execute(
            f"INSERT INTO data.silence ({columns}, supplier) VALUES (?, 'me', 'why', ?, ?, 'Ternn')",
            [name, NOW, until],
        )
    assert said() == ["silence holds names the supplier Ternn, which is not in the register. "
                      "Nearest known: Tern Communications"]  # fmt: skip


def test_where_no_register_is_loaded_nothing_is_said(store: MemoryStore, tmp_path: Path) -> None:
    rebuild_organisations(store.connection)
    context = new_workspace(tmp_path / "workspace", SETTINGS + 'icbs = ["QQ1"]')
    ask(store.connection, context, date(2026, 1, 10))
    derive_status(store.connection)
    assert fits_nobody(store.connection, context, "return_status_row") == []
    assert not watches_nobody(store.connection, context)


@pytest.fixture(scope="module")
def stages() -> Stages:
    """Nothing here is about what is published."""
    return COUNTED_UNPUBLISHED


@pytest.mark.slow
def test_a_run_that_watches_nobody_says_so_and_needs_a_person(monitor: Monitor, workspace: Path) -> None:
    (workspace / "monitor.toml").write_text(SETTINGS + 'icbs = ["QZ8"]\n', encoding="utf-8")
    write_csv(workspace / "inbox" / "organisations.csv", HEADING + REGISTER.rstrip())
    ran = monitor("run", "-w", workspace, "--as-of", "2025-10-10")
    assert ran.code == 4
    assert "None, because icbs in monitor.toml names only ICBs to which no organisation" in ran.out
    assert "names the ICB QZ8, to which no organisation in the register belongs. Nearest known: " in ran.out
    assert "Drop an organisations file" not in ran.out
    examined = monitor("doctor", "-w", workspace)
    assert examined.code == 4
    assert "names the ICB QZ8" in examined.out
    (workspace / "monitor.toml").write_text(SETTINGS + 'icbs = ["QZ9"]\n', encoding="utf-8")
    ran = monitor("run", "-w", workspace, "--as-of", "2025-12-10")
    assert ran.code == 0
    assert "which ended on 2025-10-31: its 1 organisation of that day is still reported on, and now in QY8" in ran.out
