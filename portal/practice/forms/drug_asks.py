"""Questions that only some drugs raise: asked when a policy of a drug on the order wants the answer.

The policies themselves say what they want (R-185: risk factors are asked for a growth factor with an
intermediate-risk regimen only); a drug that nobody here reviews raises no question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from pathways.criteria import terms as words
from pathways.criteria.policy import judge
from pathways.criteria.vocabulary import FACTS
from portal.practice.forms.base import choose
from portal.practice.forms.clinical import UNKNOWN_ANSWERS, YES_OR_NO

NO_FACTOR = "none"
#: Facts of the drug line itself, which the line's own fields ask for.
OF_THE_LINE = frozenset({"dose", "schedule", "drugs"})
#: Answers of this step and the next: a question does not go away by being answered.
ANSWERED_LATER = frozenset(
    {
        "labs",
        "anemia_cause",
        "on_myelosuppressive_chemotherapy",
        "fn_risk_factors",
        "attestations",
        "trial",
    }
)


@dataclass(frozen=True)
class Asks:
    """What the drugs of an order raise: facts by name, and the drugs that raise each.

    `elsewhere` are facts that an earlier step asks and that stand unanswered there.
    """

    by_fact: Mapping[str, tuple[str, ...]]
    elsewhere: Mapping[str, tuple[str, ...]]

    def __contains__(self, fact: str) -> bool:
        return fact in self.by_fact

    def family(self, name: str) -> list[str]:
        """The members of a family that are asked, such as the laboratory values."""
        return [fact.removeprefix(f"{name}.") for fact in self.by_fact if fact.startswith(f"{name}.")]

    def because_of(self, fact: str) -> str:
        """The drugs that raise a question, for its hint."""
        return ", ".join(self.by_fact.get(fact, ()))


def asks_of(content: Any, facts: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Asks:
    """What the reviewed drugs' policies would still want to know with nothing answered on this step."""
    facts = {name: value for name, value in facts.items() if name not in ANSWERED_LATER}
    by_fact: dict[str, tuple[str, ...]] = {}
    elsewhere: dict[str, tuple[str, ...]] = {}
    for line in lines:
        policy = content.policy(line["drug"])
        if policy is None or content.manager(line["drug"], line["hcpcs"]) != "aim":
            continue
        bare = {name: line[name] for name in ("number", "drug", "hcpcs", "role", "indication")}
        wanted = judge(policy, {**facts, "drugs": lines}, bare).ask_for
        if "indication" in wanted:
            wanted = ("indication",)
        if facts.get("regimen_risk") != "intermediate":
            wanted = tuple(fact for fact in wanted if fact != "fn_risk_factors")
        for fact in wanted:
            if fact in OF_THE_LINE:
                continue
            target = by_fact if FACTS[fact].step == "dosing" else elsewhere
            # A drug with a loading dose stands on two lines.
            target[fact] = tuple(dict.fromkeys((*target.get(fact, ()), line["drug"])))
    return Asks(by_fact, elsewhere)


def fields_for(asks: Asks) -> dict[str, forms.Field]:
    """The fields of the questions that are raised."""
    found: dict[str, forms.Field] = {}
    for lab in asks.family("labs"):
        found[f"labs-{lab}"] = _lab(lab, asks)
    if "anemia_cause" in asks:
        found["anemia_cause"] = _choice(
            "anemia_cause", words.ANEMIA_CAUSES.items(), asks, missing="Choose what causes the anemia."
        )
    if "on_myelosuppressive_chemotherapy" in asks:
        found["on_myelosuppressive_chemotherapy"] = _choice(
            "on_myelosuppressive_chemotherapy",
            YES_OR_NO,
            asks,
            missing="Choose whether the member receives, or within 8 weeks received, "
            "myelosuppressive chemotherapy.",
        )
    if "fn_risk_factors" in asks:
        found["fn_risk_factors"] = _risk_factors(asks)
    if attested := asks.family("attestations"):
        found["attestations"] = _attestations(attested)
    return found


def _lab(name: str, asks: Asks) -> forms.CharField:
    lab = words.LABS[name]
    return forms.CharField(
        label=f"Latest {lab.label.lower()}",
        required=False,
        max_length=8,
        help_text=f"Asked for {asks.because_of(f'labs.{name}')}. Leave it empty if it is not known; "
        "the order may pend then.",
    )


def _choice(fact: str, choices: Any, asks: Asks, *, missing: str) -> forms.ChoiceField:
    return choose(
        FACTS[fact].question,
        [(value, label[:1].upper() + label[1:]) for value, label in choices],
        last=UNKNOWN_ANSWERS,
        missing=missing,
        hint=f"Asked for {asks.because_of(fact)}.",
    )


def _risk_factors(asks: Asks) -> forms.MultipleChoiceField:
    # Age counts by itself, from the date of birth (DR-08).
    factors = [(key, text.capitalize()) for key, text in words.RISK_FACTORS.items() if key != "age_gt_65"]
    return forms.MultipleChoiceField(
        label="Which risk factors for febrile neutropenia does the member have?",
        choices=[*factors, (NO_FACTOR, "None of these")],
        widget=forms.CheckboxSelectMultiple,
        help_text=f"Asked for {asks.because_of('fn_risk_factors')}: the regimen’s risk is intermediate "
        "(10 to 20%). Age above 65 counts by itself.",
        error_messages={"required": "Tick the risk factors, or “None of these”."},
    )


def _attestations(names: Sequence[str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Our office attests that",
        choices=[(name, _sentence(words.ATTESTATIONS[name])) for name in names],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Tick what is true and in the chart.",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def read_lab(text: str) -> str:
    """A laboratory value as a plain figure, or "" when it is not known; raises ValidationError."""
    if not text:
        return ""
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value < 10**5:
        raise forms.ValidationError("Enter the value as a number, for example 9.4, or leave it empty.")
    return f"{value.normalize():f}"
