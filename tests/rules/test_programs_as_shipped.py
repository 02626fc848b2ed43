"""The worked examples under the program terms as shipped: the same results (Part B)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from members.models import Program
from members.programs.load import load_programs
from orders.rules.gates import refusals
from orders.rules.terms import Terms
from orders.terms import plain_terms
from tests.rules.programs import FIXTURES, PROGRAMS
from tests.rules.worked import example_names, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms_by_program() -> dict[str, Terms]:
    load_programs(FIXTURES, by=None)
    programs = {program.slug: program for program in Program.objects.select_related("plan")}
    return {
        slug: plain_terms(program, program.terms.latest("effective_from"))
        for slug, program in programs.items()
    }


def test_every_worked_example_has_the_same_result(terms_by_program):
    for name in example_names():
        example = worked(name)
        ours, theirs = (
            example.judge(),
            replace(example, terms=terms_by_program[example.terms.program]).judge(),
        )
        assert [problem.code for problem in theirs.refusals] == [problem.code for problem in ours.refusals]
        assert theirs.disposition == ours.disposition, name
        assert [reason.code for reason in theirs.pend_reasons] == [r.code for r in ours.pend_reasons]
        assert [line.status for line in theirs.lines] == [line.status for line in ours.lines]
        assert theirs.scodes_when_final == ours.scodes_when_final, name
        assert (theirs.valid_from, theirs.valid_to) == (ours.valid_from, ours.valid_to)


def test_every_program_names_whom_to_turn_to_r_443(terms_by_program):
    assert terms_by_program.keys() == {terms.program for terms in PROGRAMS}
    for terms in terms_by_program.values():
        for key in ("health_plan", "pbm", "other_entity", "non_oncology", "diagnosis_not_listed", "retro"):
            assert terms.contact(key).name
            assert terms.contact(key).text.endswith(".")


BOTH_OF_MASSACHUSETTS = (
    "call AIM Customer Service at 1-800-252-2021 or contact Blue Cross Blue Shield of Massachusetts."
)


@pytest.mark.parametrize(
    ("row", "program", "line", "changed", "says"),
    [
        ("R-352", "bcbsm-urmbt", "COMMERCIAL", {"submitted_on": "2025-04-01"}, "1-866-915-9187"),
        (
            "R-351 no route",
            "bcbsm-urmbt",
            "COMMERCIAL",
            {"submitted_on": "2027-03-10"},
            "nobody takes it now",
        ),
        ("R-355", "bcbsm-urmbt", "COMMERCIAL", {"submitted_on": "2025-04-01"}, "claims will be denied"),
        ("R-355", "bcbsma-commercial", "PPO_EPO", {"submitted_on": "2025-04-01"}, "may be denied"),
        ("R-435", "bcbsm-urmbt", "COMMERCIAL", {"diagnosis": "D70.9"}, "1-877-325-5979"),
        ("R-436", "bcbsma-commercial", "PPO_EPO", {"diagnosis": "D70.9"}, BOTH_OF_MASSACHUSETTS),
        ("R-436", "bcbsma-medicare-advantage", "MA", {"diagnosis": "D70.9"}, BOTH_OF_MASSACHUSETTS),
        ("R-434", "bcbsnc", "COMMERCIAL", {"diagnosis": "D70.9"}, "plan"),
    ],
)
def test_a_refusal_says_whom_to_turn_to(terms_by_program, row, program, line, changed, says):
    order = {
        "line_of_business": line,
        "start_on": "2025-03-07",
        "submitted_on": "2025-03-07",
        "diagnosis": "C34.11",
        "tumor": "nsclc",
        **changed,
    }
    (found,) = refusals(order, terms_by_program[program])
    assert says in found.sentence, row
