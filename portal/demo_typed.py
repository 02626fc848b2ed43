"""What a person would have typed for a demo order's answers, in the shape that the pages post.

A demo draft opened in order entry shows these, as it does what anybody typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from members.models import Member, Site
from orders.models import Order
from orders.steps import state_of
from portal import access
from portal.practice.forms import clinical, drug_lines, radiation, regimen
from portal.practice.forms.base import PRESSED, Raw
from portal.practice.forms.dosing_lines import FOR_REGIMEN, key_of
from portal.practice.forms.drug_asks import NO_FACTOR
from portal.practice.forms.providers import OTHER_SITE

Answers = Mapping[str, Any]


def typed(order: Order, step: str, answers: Answers) -> Raw:
    """The raw answers of one step; `order` is the draft that they are typed into."""
    found = {
        "plan": _as_they_are,
        "member": _member,
        "providers": _providers,
        "diagnosis": _diagnosis,
        "clinical": _clinical,
        "regimen": _regimen,
        "dosing": _dosing,
        "radiation": _radiation,
        "dates": _dates,
        "continuity": _as_they_are,
    }[step](order, answers)
    return {**found, PRESSED: ["continue"]}


def _as_they_are(order: Order, answers: Answers) -> Raw:
    return {name: [str(value)] for name, value in answers.items()}


def _member(order: Order, answers: Answers) -> Raw:
    member = Member.objects.get(pk=answers["member"])
    own = access.member_pass(order, member)
    return {
        "member_number": [member.member_number],
        "start_on": [_us(answers["start_on"])],
        "member": [own],
        "looked_at": [f"{own}|{answers['start_on']}"],
    }


def _providers(order: Order, answers: Answers) -> Raw:
    raw = _as_they_are(order, {name: answers[name] for name in ("ordering_provider", "ordering_site")})
    site = Site.objects.get(pk=answers["servicing_site"])
    if order.practice.sites.contains(site):
        raw["servicing_site"] = [str(site.pk)]
    else:
        raw |= {
            "servicing_site": [OTHER_SITE],
            "other_site": [str(site.pk)],
            "other_site_text": [str(site)],
        }
    return {**raw, "p2p_phone": [answers["p2p_phone"]]}


def _diagnosis(order: Order, answers: Answers) -> Raw:
    secondary = {f"secondary_{n}": [code] for n, code in enumerate(answers["secondary"], start=1)}
    return {"primary": [answers["primary"]], "tumor": [answers["tumor"]], **secondary}


def _clinical(order: Order, answers: Answers) -> Raw:
    plain = {name: value for name, value in answers.items() if name not in ("biomarkers", "prior_therapies")}
    if "prior_therapies" not in answers:
        return _as_they_are(order, plain)
    return {
        **_as_they_are(order, plain),
        **{f"biomarker-{name}": [value] for name, value in answers["biomarkers"].items()},
        "prior_therapies": answers["prior_therapies"] or [clinical.NONE],
    }


def _regimen(order: Order, answers: Answers) -> Raw:
    if answers["choice"] == regimen.CUSTOM:
        return {"pick": [regimen.CUSTOM], "drugs": list(answers["drugs"])}
    return {"pick": [answers["regimen_id"]]}


def _dosing(order: Order, answers: Answers) -> Raw:
    measured = ("height_cm", "weight_kg", "creatinine_clearance")
    raw = {name: [answers[name]] for name in measured if answers.get(name)}
    raw[FOR_REGIMEN] = [key_of(state_of(order).get("regimen"))]
    if answers["no_supportive"]:
        raw["no_supportive"] = ["on"]
    if "fn_risk_factors" in answers:
        raw["fn_risk_factors"] = answers["fn_risk_factors"] or [NO_FACTOR]
    return drug_lines.with_lines(raw, [drug_lines.typed_of(line) for line in answers["lines"]])


def _radiation(order: Order, answers: Answers) -> Raw:
    counted = ("radiation_site", "radiation_technique", "radiation_fractions", "boost_fractions")
    site, technique = answers["radiation_site"], answers["radiation_technique"]
    raw = _as_they_are(order, {name: answers[name] for name in counted})
    raw |= {radiation.FOR_SITE: [site], radiation.FOR_COURSE: [f"{site} {technique}"]}
    if (reasons := answers.get("radiation_reasons")) is not None:
        raw["radiation_reasons"] = list(reasons) or [radiation.NO_REASON]
    return raw


def _dates(order: Order, answers: Answers) -> Raw:
    return {
        "planned_end_on": [_us(answers["planned_end_on"])],
        "urgency": [answers["urgency"]],
        **({"trial": [answers["trial"]]} if "trial" in answers else {}),
    }


def _us(day: str) -> str:
    """A day as people type it."""
    return f"{date.fromisoformat(day):%m/%d/%Y}"
