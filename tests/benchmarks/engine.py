"""The deciding engine as ratios: against hand-written closures and another's engine on the same rules.

The work is the library of `library.py`: 300 regimen rows and 100 paragraphs, orders never seen before,
every order judged with its full account.  First all engines must agree on every order.
"""

from __future__ import annotations

import gc
import json
import statistics
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

from pathways.criteria import Outcome, Policy, Result, judge, nodes, parse_policy
from pathways.criteria.outcome import all_of
from pathways.factors import Answers, Factor, clinical_factors
from pathways.regimens import PathwayLibrary, RegimenRow
from tests.benchmarks import floor, peer
from tests.benchmarks.library import (
    Library,
    Order,
    facts_of,
    make_library,
    make_orders,
    policy_contents,
    row_contents,
)
from tests.benchmarks.timing import Times, cpu, side_by_side

ORDERS = 5000
#: Another's engine is slower by the size of the library: fewer orders give the same median.
FEW = 500
PASSES = 3
GROWTH = 10

Decide = Callable[[dict[str, Any]], "Account"]


class Account(NamedTuple):
    """What the product says of an order: one outcome per drug line, the factors of each regimen row."""

    outcomes: list[Outcome]
    rows: list[tuple[str, tuple[Factor, ...]]]

    def verdicts(self) -> dict[str, Result]:
        """The result of each rule that was judged."""
        found = {name: all_of([factor.result for factor in factors]) for name, factors in self.rows}
        return found | {child.id: child.result for outcome in self.outcomes for child in outcome.children}


class Contents(NamedTuple):
    """The content files of a library, as they are stored."""

    rows: list[dict[str, Any]]
    policies: list[dict[str, Any]]

    @classmethod
    def of(cls, library: Library) -> Contents:
        """The library in the product's own language."""
        return cls(row_contents(library), policy_contents(library))

    def compiled(self) -> Decide:
        """What judges the facts of an order by this content."""
        rows = PathwayLibrary("made-up", [RegimenRow.from_content(row) for row in self.rows])
        policies: dict[str, Policy] = {
            content["policy"]: parse_policy(content, file=content["policy"]) for content in self.policies
        }

        def decide(facts: dict[str, Any]) -> Account:
            lines, answers = facts["drugs"], Answers.of(facts)
            drugs = frozenset([line["drug"] for line in lines])
            return Account(
                [judge(policies[line["drug"]], facts, line) for line in lines if line["drug"] in policies],
                [(row.id, clinical_factors(row, answers)) for row in rows.with_drugs(facts["tumor"], drugs)],
            )

        return decide


def as_json(account: Account) -> str:
    """The whole account as text: what is stored of the drug lines, and the factors in words."""
    rows = [
        [name, [(factor.name, factor.result, factor.sentence) for factor in factors]]
        for name, factors in account.rows
    ]
    return json.dumps([[outcome.to_json() for outcome in account.outcomes], rows])


class Work(NamedTuple):
    """A way to judge one order, given flat or as the product's facts, and on how many it is timed."""

    name: str
    decide: Callable[[Any], object]
    reads_facts: bool = False
    orders: int = ORDERS


class Bench:
    """One library compiled by everybody, and fresh orders for each pass."""

    def __init__(self, scale: int) -> None:
        self.library = make_library(scale)
        with self.library.known():
            self.decide = Contents.of(self.library).compiled()
        self.floor = floor.build(self.library)
        self.peer = peer.build(self.library, trace=False)
        self.traced_peer = peer.build(self.library, trace=True)
        for facts in self.facts(0):
            self.decide(facts)

    def orders(self, seed: int) -> list[Order]:
        """Orders of one pass, the same for every engine."""
        return make_orders(self.library, ORDERS, seed=seed)

    def facts(self, seed: int) -> list[dict[str, Any]]:
        """The same orders as the product reads them."""
        return [facts_of(order) for order in self.orders(seed)]

    def disagreements(self, seed: int) -> int:
        """On how many of the orders the engines do not say the same."""
        return sum(not self._agree(order) for order in self.orders(seed))

    def _agree(self, order: Order) -> bool:
        verdicts = self.decide(facts_of(order)).verdicts()
        met = sorted(name for name, result in verdicts.items() if result is Result.MET)
        unknown = sorted(name for name, result in verdicts.items() if result is Result.UNKNOWN)
        judged = self.floor(order)
        return (
            met == sorted(name for name, verdict, _ in judged if verdict is True)
            and unknown == sorted(name for name, verdict, _ in judged if verdict is None)
            and (self.peer is None or met == sorted(self.peer(order)))
        )

    def passes(self, *works: Work) -> list[list[Times]]:
        """For each work its times in each pass, the works in turns on orders that nobody judged before."""
        found = []
        for seed in range(1, PASSES + 1):
            orders = self.orders(seed)[: min(work.orders for work in works)]
            items = {False: orders, True: [facts_of(order) for order in orders]}
            found.append(side_by_side(*((work.decide, items[work.reads_facts]) for work in works)))
        return [list(times) for times in zip(*found, strict=True)]

    @property
    def ours(self) -> Work:
        """The product."""
        return Work("ours", self.decide, reads_facts=True)

    @property
    def closures(self) -> Work:
        """The floor."""
        return Work("closures with trace", self.floor)


class Goal(NamedTuple):
    """A figure that should not be above its limit, or not below it."""

    name: str
    measured: float
    limit: float
    unit: str = "×"
    least: bool = False

    def line(self) -> str:
        """One line of the table."""
        met = self.measured >= self.limit if self.least else self.measured <= self.limit
        sign = "≥" if self.least else "≤"
        wanted = f"{sign} {self.limit:g}{self.unit}"
        return f"{self.name:<62}{wanted:>10}{self.measured:>10.2f}{'   met' if met else '   NOT MET'}"


def measure() -> bool:
    """Print the table; False when the engines do not agree."""
    small, large = Bench(1), Bench(GROWTH)
    wrong = small.disagreements(seed=100)
    others = "closures" if small.peer is None else "closures and zen-engine"
    print(f"\nD5  {ORDERS - wrong} of {ORDERS} orders agree with {others}")
    if small.peer is None:
        print("zen-engine is not installed: D2 is left out")
    if wrong:
        return False
    print(f"\n{'µs of CPU':<36}{'p50':>9}{'p99':>9}{'mean':>9}")
    goals = [
        *decision_goals(small),
        *growth_goals(small, large),
        *json_goals(small),
        *peer_goals(small),
        *compile_goals(small),
    ]
    print(f"\n{'medians of ' + str(PASSES) + ' passes':<62}{'wanted':>10}{'measured':>10}")
    for goal in goals:
        print(goal.line())
    return True


def told(name: str, passes: list[Times]) -> list[Times]:
    """The passes of one work, its medians printed."""
    p50, p99, mean = map(statistics.median, zip(*passes, strict=True))
    print(f"{name:<36}{p50:>9.1f}{p99:>9.1f}{mean:>9.1f}")
    return passes


def ratio(over: list[Times], under: list[Times], figure: str = "p50") -> float:
    """How many times as long, the median of the passes."""
    pairs = zip(over, under, strict=True)
    return statistics.median(getattr(one, figure) / getattr(other, figure) for one, other in pairs)


def decision_goals(bench: Bench) -> list[Goal]:
    """D1: a decision with its full account, one by one and as a batch, and its slowest."""
    ours, closures = bench.passes(bench.ours, bench.closures)
    told("ours", ours)
    told("closures with trace", closures)
    slowest = statistics.median(times.p99 / times.p50 for times in closures)
    return [
        Goal("D1  decide, p50, against closures with trace", ratio(ours, closures), 2),
        Goal("D1  the same, next goal", ratio(ours, closures), 1.3),
        Goal("D1  the same, batch", ratio(ours, closures, "mean"), 2),
        Goal(
            f"D1  p99 against own p50 (closures {slowest:.2f})",
            statistics.median(times.p99 / times.p50 for times in ours),
            4,
        ),
    ]


def growth_goals(small: Bench, large: Bench) -> list[Goal]:
    """D1: the same decision while the library grows."""
    growths = []
    for name, one, other in (
        ("ours", small.ours, large.ours),
        ("closures", small.closures, large.closures),
    ):
        before, after = small.passes(one)[0], large.passes(other)[0]
        told(f"{name}, library × {GROWTH}", after)
        growths.append(ratio(after, before))
    return [Goal(f"D1  library × {GROWTH}, p50 (closures {growths[1]:.2f})", growths[0], 2)]


def json_goals(bench: Bench) -> list[Goal]:
    """D3: a decision and its account as JSON."""
    ours, closures = bench.passes(
        Work("ours", lambda facts: as_json(bench.decide(facts)), reads_facts=True),
        Work("closures", lambda order: json.dumps(bench.floor(order))),
    )
    told("ours and JSON", ours)
    told("closures and JSON", closures)
    size = sum(len(as_json(bench.decide(facts))) for facts in bench.facts(1))
    floor_size = sum(len(json.dumps(bench.floor(order))) for order in bench.orders(1))
    longer = f"{size / floor_size:.1f} times its text"
    return [Goal(f"D3  decide and JSON, p50, against closures ({longer})", ratio(ours, closures), 2)]


def peer_goals(bench: Bench) -> list[Goal]:
    """D2: how much slower another's engine is."""
    found = []
    for name, engine, limit in (("with trace", bench.traced_peer, 8), ("without", bench.peer, 5)):
        if engine is not None:
            ours, theirs = bench.passes(bench.ours, Work(name, engine, orders=FEW))
            told(f"zen-engine {name}", theirs)
            found.append(Goal(f"D2  faster than zen-engine {name}", ratio(theirs, ours), limit, least=True))
    return found


def compile_goals(bench: Bench) -> list[Goal]:
    """D4: compiling a library, and the memory it takes, also once thousands of orders were judged."""
    contents = Contents.of(bench.library)
    with bench.library.known():
        ours = compile_ms(contents.compiled)
        floor_ms = compile_ms(lambda: floor.build(bench.library))
        fresh, warm = memory_per_rule(bench, contents)
    print(f"\ncompile {ours:.1f} ms, closures {floor_ms:.1f} ms")
    return [
        Goal("D4  compile, against closures", ours / floor_ms, 3),
        Goal("D4  memory of a rule, compiled", fresh, 10, " kB"),
        Goal(f"D4  memory of a rule, after {3 * ORDERS} orders", warm, 10, " kB"),
    ]


def compile_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds, the median of the passes."""
    taken = []
    for _ in range(PASSES):
        gc.collect()
        begun = cpu()
        work()
        taken.append((cpu() - begun) / 1e6)
    return sorted(taken)[PASSES // 2]


def memory_per_rule(bench: Bench, contents: Contents) -> tuple[float, float]:
    """Kilobytes of compiled content per rule: at first, and with what judging has left behind."""
    passes = [bench.facts(seed) for seed in range(PASSES)]
    rules = len(bench.library.rules)
    # What equal criteria share is part of what is measured.
    nodes._shared.clear()
    gc.collect()
    tracemalloc.start()
    decide = contents.compiled()
    gc.collect()
    fresh = tracemalloc.get_traced_memory()[0]
    for facts in passes:
        for order in facts:
            decide(order)
    gc.collect()
    warm = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return fresh / rules / 1000, warm / rules / 1000
