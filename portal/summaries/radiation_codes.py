"""What an approved radiation order is billed by: procedures, codes and quantities (R-283, R-345)."""

from __future__ import annotations

from collections.abc import Iterable

from orders.models import DrugLine
from orders.rules.judgement import Judgement
from orders.rules.procedure_codes import ApprovedCode
from orders.rules.states import DrugStatus


def codes_of(lines: Iterable[DrugLine], judgement: Judgement) -> tuple[ApprovedCode, ...]:
    """The codes of an approved order as its evaluation stored them; only approved lines have any (R-293)."""
    approved = {line.number for line in lines if line.status == DrugStatus.AUTHORIZED}
    return tuple(code for line in judgement.lines if line.number in approved for code in line.codes)
