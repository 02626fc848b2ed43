"""The review page's two halves: every answer with its change link, and what the rules would say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from members.models import Participation
from orders.models import DrugLine, Order, OutageReason
from orders.rules.results import Judgement
from orders.rules.states import Disposition
from pathways.criteria import terms
from pathways.criteria.vocabulary import FACTS
from pathways.deviations import Deviation
from portal import words
from portal.practice import so_far
from portal.practice.findings import Finding
from portal.practice.forms import course
from portal.practice.forms.draft import Draft
from portal.practice.forms.radiation_asks import BOOST, FRACTIONS, REASONS
from portal.practice.forms.words import in_full
from portal.practice.radiation_so_far import course_findings
from portal.summaries.continuity import denial_pending


@dataclass(frozen=True)
class Row:
    """One answer: label, words, and the field to change it at (an anchor of its step)."""

    label: str
    text: str
    field: str = ""


@dataclass(frozen=True)
class Section:
    """The answers of one step."""

    step: str
    title: str
    url: str
    rows: list[Row]


def sections(draft: Draft) -> list[Section]:
    """Every answered step with its rows; change links come back to the review page."""
    return [
        Section(
            step.key,
            step.title,
            _step_url(draft, step.key),
            ROWS[step.key](draft, draft.answers(step.key)),
        )
        for step in draft.state.steps
        if step.key in ROWS and draft.answers(step.key)
    ]


Answers = Mapping[str, Any]


def _plan(draft: Draft, given: Answers) -> list[Row]:
    return [
        Row("Health plan", draft.plan.name if draft.plan else given["plan"], "plan"),
        Row("Type of order", Order.Solution(given["solution"]).label, "solution"),
        Row("Setting", given["setting"].capitalize(), "setting"),
        *_outage(given),
    ]


def _outage(given: Answers) -> list[Row]:
    """Why an order of the contact center does not come through the portal (R-378)."""
    reason = given.get("outage_reason")
    return [Row("Outage reason", str(OutageReason(reason).label), "outage_reason")] if reason else []


def _member(draft: Draft, given: Answers) -> list[Row]:
    member = draft.member
    rows = [Row("Planned start", in_full(draft.start_on), "start_on")] if draft.start_on else []
    if member is None:
        return rows
    line = _capital(terms.LINES_OF_BUSINESS.get(draft.line_of_business, draft.line_of_business))
    return [
        Row("Member", f"{member.last_name}, {member.first_name}", "member_number"),
        Row("Date of birth", f"{member.birth_date:%m/%d/%Y}", "birth_date"),
        Row("Member ID", member.member_number, "member_number"),
        Row("Coverage", f"{line}{_group(given)}", "member_number"),
        *rows,
    ]


def _group(given: Answers) -> str:
    return f", group {given['group_number']}" if given.get("group_number") else ""


def _providers(draft: Draft, given: Answers) -> list[Row]:
    order = draft.order
    network = Participation.Network(given.get("network") or Participation.Network.OUT)
    provider = order.ordering_provider
    return [
        Row(
            "Ordering provider",
            f"{provider.last_name}, {provider.first_name} · NPI {provider.npi} · {network.label}"
            if provider
            else "",
            "ordering_provider",
        ),
        Row("Practice site", str(order.ordering_site or ""), "ordering_site"),
        Row("Treatment given at", str(order.servicing_site or ""), "servicing_site"),
        Row("Phone for a peer-to-peer", given["p2p_phone"] or "Not given", "p2p_phone"),
    ]


def _diagnosis(draft: Draft, given: Answers) -> list[Row]:
    rows = [Row("Primary diagnosis", f"{given['primary']} {given.get('description', '')}".strip(), "primary")]
    if given["secondary"]:
        rows.append(Row("Secondary diagnoses", ", ".join(given["secondary"]), "secondary_1"))
    if tumor := str(given["tumor"]):
        rows.append(Row("Cancer", _capital(terms.TUMORS.get(tumor, tumor)), "tumor"))
    return rows


def _clinical(draft: Draft, given: Answers) -> list[Row]:
    rows = [
        Row(FACTS[name].label, said(name, given[name]), name)
        for name in ("histology", "stage", "line_of_therapy", "ecog")
        if name in given
    ]
    rows += [
        Row(FACTS[f"biomarkers.{name}"].label, said(f"biomarkers.{name}", value), f"biomarker-{name}")
        for name, value in given.get("biomarkers", {}).items()
    ]
    if "prior_therapies" in given:
        received = ", ".join(said("prior_therapies", value) for value in given["prior_therapies"]) or "None"
        rows.append(Row("Earlier therapy", _capital(received), "prior_therapies"))
    rows += [
        Row(FACTS[name].label, said(name, given[name]), name)
        for name in ("concurrent_radiation", "treatment_intent", "bone_metastases")
        if given.get(name)
    ]
    return rows


def _regimen(draft: Draft, given: Answers) -> list[Row]:
    rows = [Row("Regimen", given.get("name", ""), "pick")]
    if not draft.is_supportive:
        rows.append(Row("Therapeutic drugs", ", ".join(given.get("drugs", [])), "pick"))
    if draft.row:
        rows.append(Row("Expected duration", _capital(draft.row.duration.words), "pick"))
    if number := given.get("replaces_order"):
        rows.append(Row("Replaces order", number, "earlier_number"))
    elif number := given.get("references_order"):
        rows.append(Row("Earlier order", number, "earlier_number"))
    return rows


def _dosing(draft: Draft, given: Answers) -> list[Row]:
    rows = []
    if given["height_cm"] or given["weight_kg"]:
        rows.append(
            Row(
                "Height and weight",
                f"{given['height_cm'] or '–'} cm, {given['weight_kg'] or '–'} kg",
                "height_cm",
            )
        )
    if given.get("creatinine_clearance"):
        rows.append(
            Row("Creatinine clearance", f"{given['creatinine_clearance']} mL/min", "creatinine_clearance")
        )
    phased = course.is_phased(given["lines"])
    rows += [
        Row(line["drug"], line_words(line, phased=phased), f"lines-{n}-dose")
        for n, line in enumerate(given["lines"])
    ]
    if given["no_supportive"] and not draft.is_supportive:
        rows.append(Row("Supportive drugs", "None planned", "no_supportive"))
    rows += [
        Row(FACTS[f"labs.{name}"].label, f"{value} {terms.LABS[name].unit}", f"labs-{name}")
        for name, value in given["labs"].items()
    ]
    if given.get("anemia_cause"):
        rows.append(Row("Cause of anemia", said("anemia_cause", given["anemia_cause"]), "anemia_cause"))
    if given.get("fn_risk_factors"):
        factors = ", ".join(terms.RISK_FACTORS.get(name, name) for name in given["fn_risk_factors"])
        rows.append(Row("Risk factors for febrile neutropenia", _capital(factors), "fn_risk_factors"))
    if given.get("attestations"):
        texts = "; ".join(terms.ATTESTATIONS.get(name, name) for name in given["attestations"])
        rows.append(Row("Our office attests that", texts, "attestations"))
    return rows


def _radiation(draft: Draft, given: Answers) -> list[Row]:
    labels = {"radiation_site": "Site", "radiation_technique": "Technique", FRACTIONS: "Fractions"}
    rows = [Row(label, _capital(FACTS[name].words(given[name])), name) for name, label in labels.items()]
    if BOOST in given:
        rows.append(Row("Boost fractions", str(given[BOOST]), BOOST))
    if REASONS in given:
        stated = "; ".join(terms.RADIATION_REASONS[name] for name in given[REASONS]) or "None of those asked"
        rows.append(Row("What calls for the course", _capital(stated), REASONS))
    return rows


def line_words(line: Answers, *, phased: bool = False) -> str:
    """One drug line as people read it; in a course of phases with its own, whose cycles it counts."""
    code = line["hcpcs"] or "no HCPCS code"
    role = "" if line["role"] == DrugLine.Role.THERAPEUTIC else f" · {line['role']}"
    rhythm = words.schedule(line["days"], line["cycle_length_days"], line["cycles"], line["per_day"])
    if phased:
        rhythm += f" of phase {line['phase']}" if line["phase"] else ", along the whole course"
    return f"{words.dose(line['dose'], line['unit'])} {words.route(line['route'])} · {rhythm} · {code}{role}"


def _dates(draft: Draft, given: Answers) -> list[Row]:
    end = date.fromisoformat(given["planned_end_on"])
    lines = draft.answers("dosing").get("lines", [])
    fits = course.what_fits(lines, draft.start_on, end) if draft.start_on else ""
    rows = [
        Row("Planned end", f"{in_full(end)}. {fits}" if fits else in_full(end), "planned_end_on"),
        Row("Urgency", Order.Urgency(given["urgency"]).label, "urgency"),
    ]
    if "trial" not in given:
        return rows
    in_trial = given["trial"] == "yes"
    rows.append(Row("Clinical trial", f"Yes, {given['trial_id']}" if in_trial else "No", "trial"))
    return rows


def _continuity(draft: Draft, given: Answers) -> list[Row]:
    rows = [Row("Treatment already under way", said("under_way", given["under_way"]), "under_way")]
    if given["under_way"] == "yes":
        began_on, last_on = given["treatment_started_on"], given["last_dose_on"]
        rows += [
            Row("Same regimen", "Yes" if given["same_regimen"] else "No", "same_regimen"),
            Row("First dose", in_full(date.fromisoformat(began_on)), "treatment_started_on"),
            Row("Last dose so far", in_full(date.fromisoformat(last_on)), "last_dose_on"),
            Row("Attested by your office", "Yes", "attested"),
        ]
    return rows


ROWS: dict[str, Callable[[Draft, Answers], list[Row]]] = {
    "plan": _plan,
    "member": _member,
    "providers": _providers,
    "diagnosis": _diagnosis,
    "clinical": _clinical,
    "regimen": _regimen,
    "dosing": _dosing,
    "radiation": _radiation,
    "dates": _dates,
    "continuity": _continuity,
}


def said(fact: str, value: Any) -> str:
    """An answer in words, unknown ones included."""
    if value in terms.UNKNOWN_ANSWERS:
        return terms.UNKNOWN_ANSWERS[value]
    if fact == "ecog":
        return terms.ECOG.get(value, str(value))
    known = {"yes": "Yes", "no": "No"}.get(value)
    return known or _capital(FACTS[fact].words(value))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- What the rules would say ---------------------------------------------------------------------------
def forecast(draft: Draft) -> dict[str, Any]:
    """The judgement of the draft, with deviations, duplicates and the due time (R-179, R-188)."""
    judgement = draft.forecast
    if judgement is None:
        return {"judgement": None}
    waits = judgement.disposition == "in_progress"
    return {
        "judgement": judgement,
        "outcome_sentence": outcome_sentence(
            judgement, through=_continued_through(draft, judgement), radiates=draft.radiates
        ),
        "not_continued": _not_continued(draft, judgement),
        "reasons": list(_said_nowhere_else(judgement)),
        "findings": [(finding, _step_url(draft, finding.step)) for finding in _findings(draft, judgement)],
        "pathway": None if draft.radiates else so_far.pathway_finding(draft, judgement),
        "deviations": [(found, *_remedy(draft, found)) for found in judgement.deviations],
        "duplicate_text": draft.terms.duplicate_text if draft.terms and judgement.duplicates else "",
        "repeated": _repeated(draft, judgement),
        "ends": _ends(draft),
        "due_if_pends": so_far.due_if_pends(draft) if waits else None,
    }


def _findings(draft: Draft, judgement: Judgement) -> Iterator[Finding]:
    """What would happen to each drug, or to the course of radiation."""
    yield from so_far.continuity_finding(draft, judgement)
    if draft.radiates:
        yield from course_findings(draft, judgement)
    else:
        yield from so_far.extra_payment(draft, judgement)
        yield from so_far.line_findings(judgement)


def _repeated(draft: Draft, judgement: Judgement) -> list[tuple[str, Order | None]]:
    """What the draft may repeat, each with the order for whoever may open it (R-193; one query)."""
    flags = judgement.duplicates
    if not flags:
        return []
    mine = {order.reference: order for order in draft.find_orders(flag.reference for flag in flags)}
    return [(flag.sentence, mine.get(flag.reference)) for flag in flags]


def _ends(draft: Draft) -> str:
    """What becomes of the order that this one replaces (DR-11, R-318)."""
    number = draft.facts.get("replaces_order")
    if not number or draft.start_on is None:
        return ""
    last = in_full(draft.start_on - timedelta(days=1))
    void = "" if draft.radiates else ", and its S-codes are void from then on"
    return f"Once this order is approved, order {number} ends on {last}{void}."


def _said_nowhere_else(judgement: Judgement) -> Iterator[str]:
    """Why it would wait, without what the drugs, the deviations and the notice of a duplicate say below."""
    outcomes = (line.outcome.sentence for line in judgement.lines if line.outcome)
    said = [*outcomes, *(found.sentence for found in judgement.deviations)]
    for reason in judgement.pend_reasons:
        rest = "" if reason.code == "DUPLICATE" else reason.sentence
        for sentence in said:
            rest = rest.replace(sentence, "")
        if rest.strip():
            yield " ".join(rest.split())


def _continued_through(draft: Draft, judgement: Judgement) -> str:
    """Until when continuity of care would cover the order; "" where it does not decide (D-34)."""
    through = so_far.covered_through(draft, judgement)
    return in_full(through) if through and judgement.continuity_applied else ""


def _not_continued(draft: Draft, judgement: Judgement) -> str:
    """What threatens treatment under way that is not continuity of care, and whom to talk to (R-196)."""
    under_way = draft.answers("continuity").get("under_way") == "yes"
    if not (under_way and judgement.pend_reasons and draft.terms) or judgement.continuity_applied:
        return ""
    return denial_pending(draft.terms)


def outcome_sentence(judgement: Judgement, *, through: str = "", radiates: bool = False) -> str:
    """What submitting the draft as it stands would lead to; `through` is until when as continuity of care."""
    if through:
        return f"Authorized at once as continuity of care, through {through}, if you submit it like this."
    if judgement.disposition == Disposition.AUTHORIZED:
        off = bool(judgement.match.row_id) and not (judgement.pathway_eligible or judgement.outside_by_age)
        return f"Authorized at once{', off Pathway' if off else ''}, if you submit it like this."
    if judgement.disposition == Disposition.COMPLETED and radiates:
        return "Completed at once: this course needs no authorization. The order is marked voluntary."
    if judgement.disposition == Disposition.COMPLETED:
        return "Completed at once: no drug of this order needs our clinical review."
    if {reason.code for reason in judgement.pend_reasons} == {"DUPLICATE"}:
        return "A nurse will compare it with the other order; nothing else is open."
    return "A nurse will look at it."


def _remedy(draft: Draft, deviation: Deviation) -> tuple[str, str]:
    """Where a deviation can be settled, and the words of the link there; "" for none.

    The page comes back to the review afterwards.
    """
    step, action = so_far.remedy(deviation)
    field = deviation.field if step == deviation.step else "regimen_id"
    return (f"{_step_url(draft, step)}#id_{field_id(field)}" if step else "", action)


def _step_url(draft: Draft, step: str) -> str:
    """A step's address, with the way back to the review page; "" for none."""
    return f"{reverse(f'step_{step}', args=[draft.order.reference])}?return=review" if step else ""


def field_id(field: str) -> str:
    """A field of the rules as its step's form names it: lines.2.days is lines-1-days."""
    parts = field.split(".")
    if parts[0] == "lines" and len(parts) == 3:
        return f"lines-{int(parts[1]) - 1}-{parts[2]}"
    if parts[0] == "biomarkers":
        return f"biomarker-{parts[1]}"
    return {"regimen_id": "pick", "regimen": "pick"}.get(field, field)
