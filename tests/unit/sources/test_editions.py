"""What file names say of re-issues and parts."""

from __future__ import annotations

import pytest

from monitor.sources.nhs.editions import ALL_REGIONS, regions_of, version_of

OC = "Submissions via OC Systems in General Practice - May 2026"
CBT = "Cloud Based Telephony By Day and Time - August 2026"


@pytest.mark.parametrize(
    "names_in_order",
    [
        ["Cloud Based Telephony Publication Summary October 2025.xlsx", "…Summary October 2025_v2.xlsx", "a_v3.xlsx"],
        ["… March 2026.csv", "… March 2026_v2.csv", "… March 2026_0526.csv", "… March 2026_14-05-26_0626.csv"],
        ["Practice_Level_Crosstab_Dec_25.csv", "Practice_Level_Crosstab_Dec_25 v2.csv"],
        [f"{CBT}_Y60.csv", f"{CBT}_Y60_v2.csv"],
        ["GPWPracticeCSV.062025.zip/a.csv", "GPWPracticeCSV.062025_v2.zip/a.csv", "a_v2.zip/below/a_v3.csv"],
        ["March 2026 (1).csv", "March 2026_v2 (2).csv", "March 2026_0526 (1).csv", "March 2026_0626 (1).zip/a_v2.csv"],
    ],
)
def test_a_later_issue_has_a_higher_version(names_in_order: list[str]) -> None:
    versions = [version_of(name) for name in names_in_order]
    assert versions == sorted(set(versions))
    assert versions[0] == 0


@pytest.mark.parametrize(
    "name",
    [
        "QOF2425.csv", "PREVALENCE_2425.csv", "Practice_Level_Crosstab_Feb_26.csv", "gp-reg-pat-prac-all-2025-12.csv",
        "revision_vault.csv", "GPWPracticeCSV.062026.zip", "log_2024.csv", "v2/log.csv", "survey_v2024plan.csv",
        "March_v2/a.csv", "a_v2.zip.old/a.csv", "a.zip/b_v2/a.csv", "March 2026 (2).csv",
    ],
)  # fmt: skip
def test_other_numbers_in_a_name_are_no_version(name: str) -> None:
    assert version_of(name) == 0


@pytest.mark.parametrize(
    ("name", "regions"),
    [
        ("Practice_Level_Crosstab_London_East_South_Oct_25.csv", {"Y56", "Y61", "Y58", "Y59"}),
        ("Practice_Level_Crosstab_Midlands_North_Oct_25.csv", {"Y60", "Y62", "Y63"}),
        ("a.zip/Practice_Level_Crosstab_Midlands_North_Mar_26_v2.csv", {"Y60", "Y62", "Y63"}),
        (f"{OC}_north_regions.csv", {"Y60", "Y62", "Y63"}),
        (f"{OC}_south_regions.csv", {"Y56", "Y58", "Y59", "Y61"}),
        (f"{CBT}_Y56.csv", {"Y56"}),
        (f"{CBT}_Y63_0926.csv", {"Y63"}),
        (f"{CBT}_Unmapped.csv", set()),
        ("Practice_Level_Crosstab_Feb_26.csv", None),
        (f"{OC}_north.csv", {"Y60", "Y62", "Y63"}),
        (f"{OC}_south_v2 (1).csv", {"Y56", "Y58", "Y59", "Y61"}),
        ("Practice_Level_Crosstab_Midlands_North_October_2025.csv", {"Y60", "Y62", "Y63"}),
        ("Practice_Level_Crosstab_London_East_South_Sept_25 (1).csv", {"Y56", "Y61", "Y58", "Y59"}),
        ("Practice Level Crosstab Midlands North Oct 25.csv", {"Y60", "Y62", "Y63"}),
        ("Cloud Based Telephony By Day and Time - August 2026-Y56.csv", {"Y56"}),
        ("Practice_Level_Crosstab_October_2025.csv", None),
        ("log_north.csv", None),
        ("log 2026_northern.csv", None),
        ("North London submissions.csv", None),
        ("log_Y561.csv", None),
    ],
)
def test_a_part_is_known_by_the_regions_in_its_name(name: str, regions: set[str] | None) -> None:
    assert regions_of(name) == regions


def test_the_halves_make_the_whole() -> None:
    for north, south in (
        ("Practice_Level_Crosstab_Midlands_North_Oct_25.csv", "Practice_Level_Crosstab_London_East_South_Oct_25.csv"),
        (f"{OC}_north_regions.csv", f"{OC}_south_regions.csv"),
    ):
        one, other = regions_of(north) or frozenset(), regions_of(south) or frozenset()
        assert one | other == ALL_REGIONS
        assert not one & other
