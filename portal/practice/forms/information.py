"""What a practice adds to an order in review: the form's questions again, what is missing first (R-095)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from members.models import ProgramTerms
from orders.actions.updates import Addition
from orders.facts import RECORDABLE, TRUTH, Facts, changed_answers
from orders.models import Order
from orders.rules.judgement import Judgement
from orders.rules.radiation_course import ROLE, name_of
from orders.rules.results import LineJudgement
from pathways.criteria.outcome import Result
from pathways.criteria.settling import Settling
from pathways.criteria.terms import UNKNOWN_ANSWERS
from pathways.criteria.vocabulary import FACTS, MEASURES, known
from portal.practice.forms import drug_asks, radiation, radiation_asks
from portal.practice.forms.base import choose
from portal.practice.forms.clinical import NONE, ClinicalForm
from portal.practice.forms.draft import Draft
from portal.practice.forms.phones import phone_number
from portal.practice.forms.radiation_clinical import RadiationClinicalForm

#: Answers that are yes or no on the page, and true or false to the rules.
FLAGS = frozenset({"concurrent_radiation", "bone_metastases", "on_myelosuppressive_chemotherapy"})
LISTS = frozenset({"prior_therapies", "fn_risk_factors", "attestations", radiation_asks.REASONS})
#: The box that says that there is none.
NONES = {
    "prior_therapies": NONE,
    "fn_risk_factors": drug_asks.NO_FACTOR,
    radiation_asks.REASONS: radiation.NO_REASON,
}
#: How the form names the members of a family.
PREFIXES = {"biomarker-": "biomarkers.", "labs-": "labs."}
CHANGES = ("phone", "urgency", "expedited_attested", "note")


@dataclass(frozen=True)
class Standing:
    """The order as the page knew it: its facts, and the judgement that stands."""

    order: Order
    facts: Facts
    judgement: Judgement
    phone: str

    @property
    def open_lines(self) -> list[LineJudgement]:
        """The reviewed drugs whose policy is not met."""
        return [
            line
            for line in self.judgement.lines
            if line.reviewed and line.outcome is not None and line.outcome.result is not Result.MET
        ]

    @property
    def settlings(self) -> list[tuple[str, Settling]]:
        """By drug what would change it; lines that are open for the same are said once."""
        found = dict.fromkeys((self._name(line), line.settling) for line in self.open_lines)
        return [(drug, settling) for drug, settling in found if settling.ways]

    def _name(self, line: LineJudgement) -> str:
        """The drug, or the course of radiation."""
        site = str(self.facts.get("radiation_site") or "")
        return name_of(line.drug, site) if line.role == ROLE else line.drug

    @property
    def wanted(self) -> dict[str, None]:
        """The missing facts that would settle the case, those of the shortest way first."""
        ways = [fact for _, found in self.settlings for way in found.ways for fact in way.facts]
        asked = [fact for line in self.open_lines if line.outcome for fact in line.outcome.ask_for]
        unknown = [found.field for found in self.judgement.deviations if found.unknown]
        return dict.fromkeys([*ways, *unknown, *asked])


class InformationForm(forms.Form):
    """Clinical answers of an order in review, its phone, urgency and a note (R-095, D-40).

    Each field stands as it was answered; nothing need be filled.  What differs from what the page showed
    counts as changed, so that two people who add to one order do not undo each other's answers.
    """

    phone = forms.CharField(
        label="Phone for a peer-to-peer",
        max_length=40,
        required=False,
        help_text="Where our physician reaches the prescriber. For example 617-555-0100.",
    )
    urgency = choose("Urgency", Order.Urgency.choices, missing="Choose how urgent it is.", required=False)
    expedited_attested = forms.BooleanField(
        required=False,
        label="The ordering provider attests that waiting for a standard decision could seriously harm "
        "the member’s life, health or ability to regain full function.",
    )
    note = forms.CharField(
        label="Note to our reviewer",
        required=False,
        max_length=2000,
        help_text="What else matters, for example who in your office can be asked.",
    )

    def __init__(self, posted: QueryDict | None, *, draft: Draft, standing: Standing) -> None:
        self.standing = standing
        super().__init__(posted, label_suffix="", use_required_attribute=False)
        for name, field in _questions(draft, standing).items():
            field.required = False
            self.fields[name] = field
        self.initial = {
            **{name: _typed(name, self._known(name)) for name in self.questions},
            "phone": standing.phone,
            "urgency": standing.order.urgency,
        }
        self.order_fields([*self.questions, *CHANGES])

    def put_over(self, given: Addition) -> None:
        """Show answers of one's own over those that stand now."""
        for name in self.questions:
            family, _, key = fact_of(name).partition(".")
            found = given.facts.get(family)
            value = (found or {}).get(key) if key else found
            if value is not None:
                self.initial[name] = _typed(name, value)
        said = {"phone": given.phone, "urgency": given.urgency, "note": given.note}
        self.initial.update({name: value for name, value in said.items() if value})

    @property
    def questions(self) -> list[str]:
        """The fields that are clinical answers."""
        return [name for name in self.fields if name not in CHANGES]

    def _known(self, name: str) -> Any:
        family, _, key = fact_of(name).partition(".")
        found = self.standing.facts.get(family)
        return (found or {}).get(key) if key else found

    # --- What the page shows ------------------------------------------------------------------------
    @property
    def urgent_by_phone(self) -> bool:
        """Whether the plan takes urgent requests by phone only (PD-19, D-37)."""
        terms = self.standing.order.terms
        return terms is not None and terms.urgent_channel == ProgramTerms.UrgentChannel.PHONE

    @property
    def groups(self) -> Mapping[str, list[forms.BoundField]]:
        """The questions: those that would settle it, others without a result, and those answered."""
        place: dict[str, int] = {}
        for number, fact in enumerate(self.standing.wanted):
            place.setdefault(fact, number)
            place.setdefault(fact.partition(".")[0], number)  # attestations are one field
        open_ones = {name for name in self.questions if not self._is_documented(name)}
        wanted = sorted(
            (name for name in open_ones if fact_of(name) in place), key=lambda n: place[fact_of(n)]
        )
        return {
            "wanted": [self[name] for name in wanted],
            "missing": [self[name] for name in self.questions if name in open_ones - set(wanted)],
            "answered": [self[name] for name in self.questions if name not in open_ones],
        }

    def _is_documented(self, name: str) -> bool:
        value = self._known(name)
        if name == "attestations":
            offered = {key for key, _ in self.fields[name].choices}  # type: ignore[attr-defined]
            return offered <= set(value or ())
        if name in LISTS:
            return value is not None and not set(value) & set(UNKNOWN_ANSWERS)
        return known(value) is not None

    # --- Validation -----------------------------------------------------------------------------------
    def clean_phone(self) -> str:
        """A phone number of ten digits; it cannot be taken away."""
        typed: str = self.cleaned_data["phone"]
        return phone_number(typed) if typed else self.standing.phone

    def clean(self) -> dict[str, Any]:
        """Read figures, and look at what cannot stand together; something must have changed."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.questions:
            if name in given and (sentence := _wrong(name, given[name])):
                self.add_error(name, sentence)
        now_urgent = given.get("urgency") == Order.Urgency.EXPEDITED != self.standing.order.urgency
        if now_urgent and not given.get("expedited_attested"):
            self.add_error("expedited_attested", "Tick the attestation, or choose Standard.")
        if not self.errors and self.addition() == Addition():
            self.add_error(None, "Nothing is changed yet. Answer a question, or write a note.")
        return given

    def addition(self) -> Addition:
        """What differs from what the page showed; of a valid form only."""
        given = self.cleaned_data
        facts: Facts = {}
        for name in self.questions:
            before, value = self._known(name), _fact(name, given.get(name))
            says_nothing = known_as(value) is None and known_as(before) is None
            if value is None or says_nothing or given[name] == _typed(name, before):
                continue
            family, _, key = fact_of(name).partition(".")
            if key:
                facts.setdefault(family, {})[key] = value
            else:
                facts[family] = value
        phone, urgency = given.get("phone"), given.get("urgency")
        return Addition(
            facts=changed_answers(_with_lists(self.standing.facts), facts),
            phone=phone if phone != self.standing.phone else None,
            urgency=urgency if urgency and urgency != self.standing.order.urgency else None,
            note=(given.get("note") or "").strip(),
        )


def fact_of(name: str) -> str:
    """The fact that a field asks for."""
    for prefix, family in PREFIXES.items():
        if name.startswith(prefix):
            return family + name.removeprefix(prefix)
    return name


def known_as(value: Any) -> Any:
    """A value, or None when it says nothing; an empty list says that there is none."""
    return None if value == [] else known(value)


def _with_lists(facts: Facts) -> Facts:
    """A list that was never asked for is as good as an empty one."""
    return {**facts, **{name: facts.get(name) or [] for name in LISTS if name != "prior_therapies"}}


# --- Fields ---------------------------------------------------------------------------------------------
def _questions(draft: Draft, standing: Standing) -> dict[str, forms.Field]:
    """The questions of the form about this cancer and these drugs, or this course, in its order."""
    if draft.radiates:
        return _questions_of_radiation(draft, standing)
    clinical = ClinicalForm(None, draft=draft).fields
    found = {name: field for name, field in clinical.items() if fact_of(name).partition(".")[0] in RECORDABLE}
    return found | drug_asks.fields_for(_asks(standing)) | _measures(standing)


def _questions_of_radiation(draft: Draft, standing: Standing) -> dict[str, forms.Field]:
    """The clinical questions of a radiation order, and what may call for its course; that is fixed."""
    facts = standing.facts
    asked = radiation_asks.asked_of_course(
        draft.content, facts, site=facts["radiation_site"], technique=facts["radiation_technique"]
    )
    clinical = RadiationClinicalForm(None, draft=draft).fields
    reasons = radiation.reasons_field(asked)
    return {**clinical, **({radiation_asks.REASONS: reasons} if reasons else {})}


def _asks(standing: Standing) -> drug_asks.Asks:
    """What the drugs ask: what is missing for their policies, and what was answered for them."""
    by_fact: dict[str, tuple[str, ...]] = {}
    reviewed = tuple(dict.fromkeys(line.drug for line in standing.judgement.lines if line.reviewed))
    for line in standing.open_lines:
        assert line.outcome is not None
        ways = [fact for way in line.settling.ways for fact in way.facts]
        for fact in dict.fromkeys([*ways, *line.outcome.ask_for]):
            if FACTS[fact].step == "dosing" and fact not in drug_asks.OF_THE_LINE:
                by_fact[fact] = tuple(dict.fromkeys((*by_fact.get(fact, ()), line.drug)))
    for fact in _answered(standing.facts):
        by_fact.setdefault(fact, reviewed)
    return drug_asks.Asks({fact: drugs for fact, drugs in by_fact.items() if _is_recordable(fact)}, {})


def _is_recordable(fact: str) -> bool:
    return fact.partition(".")[0] in RECORDABLE - MEASURES.keys()


def _answered(facts: Facts) -> Iterator[str]:
    yield from (f"labs.{name}" for name in facts.get("labs") or {})
    yield from (f"attestations.{name}" for name in facts.get("attestations") or ())
    for name in ("anemia_cause", "on_myelosuppressive_chemotherapy", "fn_risk_factors"):
        if facts.get(name) not in (None, []):
            yield name


def _measures(standing: Standing) -> dict[str, forms.Field]:
    """Measurements on which a dose rests."""
    found: dict[str, forms.Field] = {}
    for name, fact in MEASURES.items():
        if standing.facts.get(name):
            found[name] = forms.CharField(label=f"{fact.label} in {fact.unit}", max_length=6)
    return found


# --- Between page and facts -------------------------------------------------------------------------------
def _typed(name: str, value: Any) -> Any:
    """A fact as its field has it."""
    if name in FLAGS and isinstance(value, bool):
        return "yes" if value else "no"
    if name in LISTS:
        none = NONES.get(name)
        return [none] if value == [] and none else value
    return "" if value is None else str(value)


def _fact(name: str, typed: Any) -> Any:
    """What a field says as a fact; None when nothing was said."""
    if name in LISTS:
        nothing = name != "attestations" and not typed
        return None if nothing else [value for value in typed if value not in NONES.values()]
    if not typed:
        return None
    if name in FLAGS:
        return TRUTH.get(typed, typed)
    if name == "ecog" and typed.isdecimal():
        return int(typed)
    return drug_asks.read_lab(typed) if name.startswith("labs-") or name in MEASURES else typed


def _wrong(name: str, typed: Any) -> str:
    """What is wrong with one answer; "" when nothing is."""
    if name == "prior_therapies" and len(typed) > 1 and (alone := {NONE, *UNKNOWN_ANSWERS} & set(typed)):
        words = {NONE: "None", **UNKNOWN_ANSWERS}[min(alone)]
        return f"“{words}” cannot stand beside another answer. Untick one of them."
    if name == "fn_risk_factors" and len(typed) > 1 and drug_asks.NO_FACTOR in typed:
        return "“None of these” cannot stand beside a risk factor. Untick one of them."
    if name == radiation_asks.REASONS and len(typed) > 1 and radiation.NO_REASON in typed:
        return "“None of these” cannot stand beside another answer. Untick one of them."
    if (name.startswith("labs-") or name in MEASURES) and typed:
        return _wrong_figure(name, typed)
    return ""


def _wrong_figure(name: str, typed: str) -> str:
    try:
        value = drug_asks.read_lab(typed)
    except forms.ValidationError as error:
        return str(error.messages[0])
    fact = MEASURES.get(name)
    if fact and not fact.may_be(value):
        return f"Enter the {fact.label.lower()} from {fact.lowest} to {fact.highest} {fact.unit}."
    return ""
