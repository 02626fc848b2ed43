"""Every case of every medical policy (DR-09, R-170), and that cases stand on both sides of every date."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pathways.criteria import deciding, judge
from tests.content.cases import cases_of, in_force, policies_of, policy_folders

FOLDERS = pytest.mark.parametrize("folder", policy_folders(), ids=lambda folder: folder.name)


@FOLDERS
def test_every_case_comes_out_as_told(folder: Path) -> None:
    policies = policies_of(folder)
    wrong = []
    for case in cases_of(folder):
        policy = in_force(policies, case.as_of)
        if policy is None:
            found, by, asked = "no policy", "", ()
        else:
            outcome = judge(policy, case.facts, case.line)
            found, asked = outcome.result.value, outcome.ask_for
            by = deciding(outcome) if found == "met" else ""
        if (found, by) != (case.outcome, case.by) or not set(case.ask_for) <= set(asked):
            wrong.append(
                f"{case.name}: {found} {by} {asked}, expected {case.outcome} {case.by} {case.ask_for}"
            )
    assert not wrong, "\n".join(wrong)


@FOLDERS
def test_cases_stand_on_both_sides_of_every_effective_date(folder: Path) -> None:
    days = {case.as_of for case in cases_of(folder)}
    for begins in policies_of(folder):
        assert begins in days
        assert begins - timedelta(days=1) in days


@FOLDERS
def test_every_paragraph_is_met_by_a_case_and_kept_from_being_met_by_another(folder: Path) -> None:
    cases = list(cases_of(folder))
    for policy in policies_of(folder).values():
        for paragraph in policy.paragraphs:
            assert any(case.by == paragraph.id for case in cases), paragraph.id
            own = [case for case in cases if case.name.startswith(f"{paragraph.id}:")]
            assert any(case.outcome != "met" for case in own), paragraph.id
