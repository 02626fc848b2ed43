"""How each reviewed line of an order was judged, as criteria trees (R-163, R-168, R-221)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from orders.models import LineEvaluation
from orders.rules.judgement import Judgement, LineJudgement
from orders.rules.states import DrugStatus
from pathways.criteria.outcome import Outcome, Result
from pathways.criteria.settling import Settling
from portal.summaries.continuity import is_continued
from portal.summaries.radiation import Course


@dataclass(frozen=True)
class Tree:
    """How one reviewed drug was judged: the policy cited and the criteria tree (R-163, R-168, R-221).

    `subject` is what the policy is for: the drug, or radiation of a site.  One authorized without meeting
    it was so by a reviewer, or `continued` as continuity of care.
    """

    drug: str
    policy: str
    subject: str
    effective_on: date | None
    deciding: str
    outcome: Outcome
    settling: Settling
    settled_by_reviewer: bool
    continued: bool


def trees_of(
    judged: list[LineEvaluation], judgement: Judgement | None, course: Course | None
) -> tuple[Tree, ...]:
    """The tree of each line; lines of one drug that were judged alike, as a loading dose, share one."""
    found: dict[Any, Tree] = {}
    for line in judged:
        if line.outcome is not None:
            tree = _tree(line, line.outcome, judgement, course)
            # Without the facts used: each line has its own dose and days.
            said = tuple((leaf.result, leaf.sentence) for leaf in tree.outcome.leaves())
            found.setdefault((tree.drug, said, tree.settling, tree.settled_by_reviewer), tree)
    return tuple(found.values())


def _tree(
    found: LineEvaluation, outcome: dict[str, Any], judgement: Judgement | None, course: Course | None
) -> Tree:
    judged, continued = judged_line(judgement, found.line.number), is_continued(judgement)
    approved_unmet = found.line.status == DrugStatus.AUTHORIZED and found.result != Result.MET
    return Tree(
        drug=course.name if course else found.line.drug,
        policy=found.policy,
        subject=found.policy.rpartition(" ")[0] or found.line.drug,
        effective_on=found.policy_effective_on,
        deciding=found.deciding_criterion,
        outcome=Outcome.from_json(outcome),
        settling=judged.settling if judged else Settling(),
        settled_by_reviewer=approved_unmet and not continued,
        continued=approved_unmet and continued,
    )


def judged_line(judgement: Judgement | None, number: int) -> LineJudgement | None:
    """What the evaluation that stands says of a line."""
    lines = judgement.lines if judgement else ()
    return next((line for line in lines if line.number == number), None)
