"""What fits nobody, in sentences: the same ones from a run and from `monitor doctor`."""

from __future__ import annotations

from collections.abc import Callable

from monitor.core.text import listed, number, on_one_line
from monitor.queries.fits_nobody import CONTRACT_TYPE, RETURN, Misfit, Unfit

WATCHES_NOBODY = (
    "icbs in monitor.toml names only ICBs to which no organisation in the register belongs: nothing is watched"
)


def subject_of(unfit: Unfit) -> str:
    """What `monitor doctor` has it under."""
    return unfit.named.where.split()[0] if unfit.named.where.startswith(("notice", "silence")) else "settings"


def advice_on(unfit: Unfit) -> str:
    """What to do about it."""
    if unfit.named.where.startswith("notice"):
        return "correct the notice and load it again under the same notice_id"
    if unfit.named.where.startswith("silence"):
        return f"`monitor alerts silence --end {unfit.named.where.split()[1]}`, then mute the right one"
    if unfit.misfit == Misfit.ENDED and unfit.moved:
        return "name the current ICB in monitor.toml, if all of its organisations are meant"
    return "correct it in monitor.toml"


def sentence(unfit: Unfit) -> str:
    """What is named where, why it fits nobody, and what is near to it."""
    return on_one_line(f"{_who(unfit)}{_WORDS[unfit.misfit](unfit)}{_near(unfit)}")


def _who(unfit: Unfit) -> str:
    named = unfit.named
    where = f"{named.where} ({named.file})" if named.file else f"{named.where} in monitor.toml"
    if named.where.startswith("silence "):
        where = named.where
    if unfit.misfit == Misfit.SHORTENS:
        return where
    return f"{where} names the {named.kind} {named.name}"


def _unknown(unfit: Unfit) -> str:
    if unfit.named.kind == RETURN:
        return "which has no file under expectations/"
    if unfit.named.kind == CONTRACT_TYPE:
        return "which is neither GMS, PMS nor APMS, and which no organisation in the register has"
    return "to which no organisation in the register belongs" if _is_area(unfit) else "which is not in the register"


def _ended(unfit: Unfit) -> str:
    if unfit.named.kind == RETURN:
        return f"which has not been owed since {unfit.on}"
    if not unfit.moved:
        return f"to which no organisation has belonged since {unfit.on}"
    count = number(sum(organisations for _, organisations in unfit.moved), "organisation")
    where = listed(
        [f"{_place(icb, unfit.named.name)} ({organisations:,})" for icb, organisations in unfit.moved], most=5
    )
    return f"which ended on {unfit.on}: its {count} of that day {_still(unfit, count)}, and now in {where}"


def _place(icb: str | None, ended: str) -> str:
    return "the register under the old code" if icb == ended else icb or "no known ICB"


def _still(unfit: Unfit, count: str) -> str:
    verb = "is" if count.startswith("1 ") else "are"
    if unfit.named.where == "icbs":
        return f"{verb} still reported on"
    if unfit.named.where.startswith(("[[mail", "[[channel", "silence ")):
        return f"{verb} still covered"
    return f"{verb} no longer in it"


def _is_area(unfit: Unfit) -> bool:
    return "ICB" in unfit.named.kind or unfit.named.kind == "PCN"


def _near(unfit: Unfit) -> str:
    return f". Nearest known: {listed(unfit.near)}" if unfit.near else ""


_WORDS: dict[Misfit, Callable[[Unfit], str]] = {
    Misfit.UNKNOWN: lambda unfit: f", {_unknown(unfit)}",
    Misfit.ENDED: lambda unfit: f", {_ended(unfit)}",
    Misfit.NOT_YET: lambda unfit: f", to which no organisation belongs before {unfit.on}",
    Misfit.NOT_THEN: lambda unfit: ", to which no organisation belonged in the period it covers",
    Misfit.OTHER_KIND: lambda unfit: ", which is not the kind of supplier that its return is sent through",
    Misfit.NO_SUPPLIER: lambda unfit: ", although its return is not sent through a supplier",
    Misfit.NOT_WATCHED: lambda unfit: ", which is not watched here: `returns` in monitor.toml leaves it out",
    Misfit.SHORTENS: lambda unfit: (
        f' "extends" to {unfit.named.name}, before the due date {unfit.on}: '
        "an extension cannot bring a due date forward, so the due date stays"
    ),
}
