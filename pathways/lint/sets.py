"""Which drugs may stand beside the judged one, and which earlier therapies may be reported.

Each wish says that the set holds one of some members ("hits") or none of them ("misses"); as members
are independent, the largest set without the forbidden ones decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from pathways.criteria import terms
from pathways.criteria.outcome import Result
from pathways.criteria.treatment import Alone, HadTherapy, WithOneOf
from pathways.lint.formula import Wish

#: Stands for a drug that no criterion names.
ANOTHER = "another drug"


def companions_exist(wishes: Sequence[Wish], universe: frozenset[str] | None) -> bool:
    """Is there a set of other therapeutic drugs that fulfils all wishes?  `universe` None is any drug."""
    if all(Result.UNKNOWN in wish.want for wish in wishes):
        return True
    named = frozenset(drug for wish in wishes if isinstance(wish.test, WithOneOf) for drug in wish.test.drugs)
    every = universe if universe is not None else named | {ANOTHER}
    hits, misses = [], frozenset[str]()
    for wish in wishes:
        members = frozenset(wish.test.drugs) if isinstance(wish.test, WithOneOf) else every
        # Alone is met without any of the others, "with one of" with one of them.
        if (Result.MET in wish.want) is not isinstance(wish.test, Alone):
            hits.append(members)
        else:
            misses |= members
    return _exists(hits, misses, every)


def therapies_exist(wishes: Sequence[Wish], universe: frozenset[str] | None) -> bool:
    """Is there a list of earlier therapies that fulfils all wishes?  `universe` None is any therapy."""
    if all(Result.UNKNOWN in wish.want for wish in wishes):
        return True
    hits, misses = [], frozenset[str]()
    for wish in wishes:
        assert isinstance(wish.test, HadTherapy)
        therapy = wish.test.therapy
        members = frozenset({therapy}) | terms.THERAPY_CLASSES.get(therapy, frozenset())
        classes = frozenset(name for name, drugs in terms.THERAPY_CLASSES.items() if therapy in drugs)
        if Result.MET in wish.want:
            # A drug of which only the class is reported is unknown.
            hits.append(members | classes if Result.UNKNOWN in wish.want else members)
        else:
            misses |= members if Result.UNKNOWN in wish.want else members | classes
    every = universe if universe is not None else frozenset().union(*hits)
    return _exists(hits, misses, every)


def _exists(hits: Sequence[frozenset[str]], misses: frozenset[str], every: frozenset[str]) -> bool:
    free = every - misses
    return all(hit & free for hit in hits)
