"""The criteria engine: strong Kleene three-valued logic in plain Python, no framework."""

from pathways.criteria.outcome import Outcome, Result
from pathways.criteria.parse import ContentError, ContentProblem, content_hash, parse_policy
from pathways.criteria.policy import Policy, deciding, judge
from pathways.criteria.vocabulary import FACTS, question_for, step_for

__all__ = [
    "FACTS",
    "ContentError",
    "ContentProblem",
    "Outcome",
    "Policy",
    "Result",
    "content_hash",
    "deciding",
    "judge",
    "parse_policy",
    "question_for",
    "step_for",
]
