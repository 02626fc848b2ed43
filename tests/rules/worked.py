"""The worked examples as facts: one YAML file each in `examples/`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orders.rules.duplicates import EarlierOrder
from orders.rules.judgement import Conclusion, Judgement, conclude, conclude_duplicate, judge_order
from orders.rules.terms import Terms
from pathways.content import ContentInForce
from pathways.files import read_yaml
from tests.rules.content import content_on
from tests.rules.programs import program_of

EXAMPLES = Path(__file__).parent / "examples"

#: Parts of a request that are no facts by the same name.
_OTHER = {"member", "ordering_provider", "received_at", "earlier_orders", "drugs"}


@dataclass(frozen=True)
class Worked:
    """One example, ready to be judged."""

    id: str
    facts: dict[str, Any]
    terms: Terms
    content: ContentInForce
    earlier: list[EarlierOrder]
    received_at: datetime
    events: list[dict[str, Any]]
    expected: dict[str, dict[str, Any]]

    def judge(self, **changed: Any) -> Judgement:
        """Judge it, with some facts changed."""
        return judge_order({**self.facts, **changed}, self.terms, self.content, self.earlier)


def example_names() -> list[str]:
    """The examples that are requests."""
    return [path.stem for path in sorted(EXAMPLES.glob("*.yaml")) if "request" in read_example(path.stem)]


def read_example(name: str) -> dict[str, Any]:
    """One example as written."""
    return read_yaml(EXAMPLES / f"{name}.yaml", name=name)


def worked(name: str) -> Worked:
    """One example with its terms, content and earlier orders."""
    found = read_example(name)
    request = found["request"]
    received_at = datetime.fromisoformat(request["received_at"])
    plan, line = request["plan"], request["line_of_business"]
    start_on = date.fromisoformat(request["start_on"])
    terms = program_of(plan, line)
    return Worked(
        id=found["id"],
        facts=_facts(request, terms, received_at.date()),
        terms=terms,
        content=content_on(
            plan=plan, line_of_business=line, submitted_on=received_at.date(), start_on=start_on
        ),
        earlier=[EarlierOrder.from_json(order) for order in request["earlier_orders"]],
        received_at=received_at,
        events=found["events"],
        expected=found["expected"],
    )


def _facts(request: dict[str, Any], terms: Terms, submitted_on: date) -> dict[str, Any]:
    born, start_on = (
        date.fromisoformat(day) for day in (request["member"]["birth_date"], request["start_on"])
    )
    before_birthday = (start_on.month, start_on.day) < (born.month, born.day)
    return {
        **{key: value for key, value in request.items() if key not in _OTHER},
        "solution": "medical_oncology",
        "program": terms.program,
        "submitted_on": submitted_on.isoformat(),
        "age": start_on.year - born.year - before_birthday,
        "sex": request["member"]["sex"],
        "coverage_starts_on": request["member"]["coverage_starts_on"],
        "network": request["ordering_provider"]["network"],
        "provider_state": request["ordering_provider"]["state"],
        "drugs": [{"number": number, **line} for number, line in enumerate(request["drugs"], start=1)],
        "attestations": [],
        "supportive_only": not any(line["role"] == "therapeutic" for line in request["drugs"]),
    }


def after_events(example: Worked) -> tuple[Judgement, Conclusion | None]:
    """The last judgement of an example, and how its case ends where a person decides."""
    judgement, conclusion = example.judge(), None
    numbers = {line["drug"]: line["number"] for line in example.facts["drugs"]}
    for event in example.events:
        match event["action"]:
            case "add_information":
                answers = {
                    key: {**example.facts[key], **value} if isinstance(value, dict) else value
                    for key, value in event["facts"].items()
                }
                judgement = example.judge(**answers)
            case "withdraw_drug":
                judgement = example.judge(withdrawn_lines=[numbers[event["drug"]]])
            case "decide":
                decisions = {numbers[drug]: decision for drug, decision in event["decisions"].items()}
                conclusion = conclude(judgement, decisions)
            case "duplicate_decision" if event["is_duplicate"]:
                conclusion = conclude_duplicate(judgement)
    return judgement, conclusion
