"""What the form asks for beyond the gates, asked again at submission (R-070, R-074, R-129, D-55).

A draft may lie for weeks, and answers are posted: prescribers leave, codes end, and what was offered
is not always what was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from members.queries import ordering_providers
from orders.facts import Facts
from orders.models import DrugLine, Order
from orders.rules.problems import Blocker, Problem
from orders.rules.radiation_course import RADIATION
from pathways import queries as content_queries
from pathways.content import ContentInForce
from pathways.models import Drug

if TYPE_CHECKING:
    from orders.intake import Intake

Role = DrugLine.Role


def problems(order: Order, intake: Intake) -> list[Problem]:
    """Everything in a draft that its form would not take today."""
    return [*_channel(order, intake), *_providers(order, intake), *_lines(intake)]


def _channel(order: Order, intake: Intake) -> Iterator[Problem]:
    """How the plan takes requests: urgent ones by phone (D-37), others than electronic in outages (D-38)."""
    terms = intake.terms
    if order.channel == Order.Channel.PORTAL:
        urgent = intake.facts["urgency"] == Order.Urgency.EXPEDITED
        if urgent and terms.urgent_channel == terms.UrgentChannel.PHONE:
            yield Blocker(
                code="URGENT_BY_PHONE",
                step="dates",
                field="urgency",
                sentence=f"{terms.urgent_text} Give the tracking number {order.reference}.",
            )
    elif terms.phone_policy == terms.PhonePolicy.OUTAGE_ONLY and not _outage_reason(intake):
        yield Blocker(
            code="OUTAGE_REASON_MISSING",
            step="plan",
            field="outage_reason",
            sentence=f"Choose the outage reason. {terms.phone_policy_text}",
        )


def _outage_reason(intake: Intake) -> str:
    return str((intake.answers.get("plan") or {}).get("outage_reason") or "")


def _providers(order: Order, intake: Intake) -> Iterator[Problem]:
    provider, site = intake.ordering_provider, intake.ordering_site
    if not ordering_providers(order.practice).filter(pk=provider.pk).exists():
        yield Blocker(
            code="PROVIDER_MAY_NOT_ORDER",
            step="providers",
            field="ordering_provider",
            sentence=f"{provider} does not prescribe for this practice today. Choose the ordering provider "
            "again.",
        )
    if site.practice_id != order.practice_id:
        yield Blocker(
            code="SITE_OF_ANOTHER_PRACTICE",
            step="providers",
            field="ordering_site",
            sentence=f"{site} is no site of this practice. Choose the practice site again.",
        )


def _lines(intake: Intake) -> Iterator[Problem]:
    drugs: list[Facts] = intake.facts["drugs"]
    if not drugs or intake.facts["solution"] == RADIATION:
        return
    catalog = content_queries.drugs_by_name(line["drug"] for line in drugs)
    content = content_queries.content_on(
        plan=intake.facts["plan"],
        line_of_business=intake.facts["line_of_business"],
        submitted_on=intake.submitted_on,
        start_on=intake.start_on,
    )
    named = (intake.answers.get("regimen") or {}).get("drugs", ())
    for line in drugs:
        drug = catalog.get(line["drug"])
        if line["role"] not in _roles_of(drug, content, line, named):
            yield _wrong_role(line)
        if drug is not None and line["hcpcs"] not in _codes_of(drug, content):
            yield _ended_code(line)


def _wrong_role(line: Facts) -> Problem:
    return Blocker(
        code="DRUG_ROLE",
        step="dosing",
        field="add_drug",
        sentence=f"{line['drug']} cannot be entered as {line['role']}. Remove the line and add it again.",
    )


def _roles_of(drug: Drug | None, content: ContentInForce, line: Facts, named: Iterable[str]) -> set[str]:
    """The roles a line may be entered in: what is reviewed must not depend on what was posted.

    A drug of the catalog is therapeutic or supportive as the catalog has it; one that the regimen
    names is therapeutic, and a therapeutic one that no plan reviews may also be given as support
    (dexamethasone).  Investigational is only what the catalog does not know (D-55).
    """
    if drug is None:
        return {Role.INVESTIGATIONAL}
    if drug.role == Drug.Role.SUPPORTIVE:
        return {Role.SUPPORTIVE, *([Role.THERAPEUTIC] if line["drug"] in named else [])}
    reviewed = content.manager(line["drug"], line["hcpcs"]) == "aim"
    return {Role.THERAPEUTIC, *([] if reviewed else [Role.SUPPORTIVE])}


def _codes_of(drug: Drug, content: ContentInForce) -> set[str]:
    """The codes valid on the start date; "" (billed by NDC) where the drug has none then."""
    products = content.catalog.products.get(drug.name, ())
    return {product.hcpcs for product in products if product.is_valid_on(content.start_on)} or {""}


def _ended_code(line: Facts) -> Problem:
    drug, code = line["drug"], line["hcpcs"]
    what = f"The code {code} of {drug}" if code else f"{drug} without a code"
    return Blocker(
        code="CODE_NOT_VALID",
        step="dosing",
        field=f"lines.{line['number']}.hcpcs",
        sentence=f"{what} is not valid on the start date. Choose its product again.",
    )
