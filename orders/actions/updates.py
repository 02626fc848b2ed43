"""What the practice changes after submission: more facts in review, contact details once decided (D-40)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from members.models import ProgramTerms, Site
from members.queries import site_networks
from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case
from orders.actions._standing import case_of, changer, source_of
from orders.actions.deadlines import count_by_urgency
from orders.actions.evaluation import facts_now
from orders.actions.findings import NoSuchAnswer, judge_again, record_finding
from orders.actions.news import tell_reviewers
from orders.facts import Facts, changed_answers, wrong_answers
from orders.models import Finding, Order
from orders.queries import contact_phone
from orders.rules import lifecycle
from orders.rules.refusals import StaleOrder

if TYPE_CHECKING:
    from portal.models import User


class UrgentByPhone(ValueError):
    """The plan takes urgent requests by phone only (PD-19, D-37)."""


class OtherNetwork(ValueError):
    """The new servicing provider stands differently to the plan's network than the old one (D-40)."""


#: What became different, by name: the words before and after.
Changes = dict[str, list[str]]


@dataclass(frozen=True)
class Addition:
    """What the practice adds to an order in review: answers by the names of `orders/facts.py`, and more.

    None leaves phone and urgency as they are.
    """

    facts: Facts = field(default_factory=dict)
    phone: str | None = None
    urgency: str | None = None
    note: str = ""


@transaction.atomic
def add_information(order: Order, given: Addition, *, by: User, seen: int | None = None) -> Finding | None:
    """Keep what the practice adds, tell the reviewer, and judge again by new answers (R-095, D-40, DR-14).

    When the answers settle everything, the case is determined.  `seen` is the latest finding that the
    page knew (0 for none): raises StaleOrder when a later one answered the same, so that nobody undoes
    unawares what somebody else has put right.  None when nothing would change, as after a second click.
    Raises NoSuchAnswer, UrgentByPhone, MayNotOrder, NotReviewable.
    """
    if wrong := wrong_answers(given.facts):
        raise NoSuchAnswer(f"not recorded: {', '.join(wrong)}")
    person = changer(order, by)
    lifecycle.check_orderer(case_of(order), person)
    lock_case(order)
    lifecycle.check_addition(case_of(order), person)
    facts = changed_answers(facts_now(order), given.facts)
    changes = _changes(order, phone=given.phone, urgency=given.urgency)
    findings = list(order.findings.all())
    if not (facts or changes) and (not given.note or _is_repeat(findings, given, by=by)):
        return None
    if seen is not None:
        _check_seen(order, [found for found in findings if found.pk > seen], facts, changes)
    if "urgency" in changes and not person.agent:
        _check_channel(order, changes["urgency"][1])
    finding = record_finding(
        order,
        Finding.Kind.INFORMATION,
        facts,
        by=by,
        source=source_of(person),
        note=given.note,
        changes=changes,
    )
    _apply(order, changes, by=by)
    tell_reviewers(order)
    if facts:
        judge_again(
            order, AuditName.CASE_INFORMATION_ADDED, cause="additional information from the practice", by=by
        )
    else:
        _record(AuditName.CASE_INFORMATION_ADDED, order, by=by, changes=changes)
    return finding


@transaction.atomic
def change_contact(
    order: Order, *, by: User, phone: str | None = None, site: Site | None = None
) -> Finding | None:
    """Put servicing provider or contact phone of a decided order right (D-40).

    None when nothing would change.  Raises OtherNetwork, MayNotOrder, NotChangeable.
    """
    person = changer(order, by)
    lifecycle.check_orderer(case_of(order), person)
    lock_case(order)
    lifecycle.check_contact(case_of(order), person)
    changes = _changes(order, phone=phone, site=site)
    if not changes:
        return None
    if site is not None and "servicing_site" in changes and not is_same_network(order, site):
        raise OtherNetwork(f"site {site.code} is of another network status")
    finding = record_finding(
        order, Finding.Kind.CONTACT, {}, by=by, source=source_of(person), changes=changes
    )
    _apply(order, changes, by=by, site=site)
    _record(AuditName.ORDER_CONTACT_CHANGED, order, by=by, changes=changes)
    return finding


def is_same_network(order: Order, site: Site) -> bool:
    """Whether treatment there is for the plan what it was at the site before (D-40); two queries."""
    assert order.plan is not None
    assert order.start_on is not None
    if order.servicing_site is None:
        return False
    known = site_networks([order.servicing_site, site], order.plan, order.start_on)
    return known[order.servicing_site.pk] == known[site.pk]


def _check_seen(order: Order, later: list[Finding], facts: Facts, changes: Changes) -> None:
    """Raise StaleOrder when what is to be changed was changed since."""
    if any(_about(facts, changes) & _about(found.facts, found.changes) for found in later):
        raise StaleOrder(f"order {order.reference} was changed meanwhile")


def _about(facts: Facts, changes: Changes) -> set[str]:
    """What is answered or changed, by name; of mappings each key."""
    return {*changes} | {
        f"{name}.{key}"
        for name, value in facts.items()
        for key in (value if isinstance(value, dict) else [""])
    }


def _is_repeat(findings: list[Finding], given: Addition, *, by: User) -> bool:
    """The same note of the same person once more: a second click."""
    last = findings[-1] if findings else None
    return last is not None and last.recorded_by_id == by.pk and last.note == given.note


def _changes(
    order: Order, *, phone: str | None = None, urgency: str | None = None, site: Site | None = None
) -> Changes:
    """What would become different, with the words before and after."""
    changes: Changes = {}
    if phone is not None and phone != contact_phone(order):
        changes["contact_phone"] = [contact_phone(order), phone]
    if urgency is not None and urgency != order.urgency:
        changes["urgency"] = [order.urgency, urgency]
    if site is not None and site.pk != order.servicing_site_id:
        changes["servicing_site"] = [str(order.servicing_site or ""), str(site)]
    return changes


def _check_channel(order: Order, urgency: str) -> None:
    assert order.terms is not None
    if urgency == Order.Urgency.EXPEDITED and order.terms.urgent_channel == ProgramTerms.UrgentChannel.PHONE:
        raise UrgentByPhone(f"order {order.reference}: urgent requests are taken by phone")


def _apply(order: Order, changes: Changes, *, by: User, site: Site | None = None) -> None:
    """Write the columns that the changes are about; clocks follow urgency (R-269)."""
    columns: dict[str, Any] = {
        name: after for name, (_, after) in changes.items() if name != "servicing_site"
    }
    if "servicing_site" in changes:
        columns["servicing_site"] = site
    columns["updated_at"] = clock.now()
    for name, value in columns.items():
        setattr(order, name, value)
    order.save(update_fields=columns)
    if "urgency" in changes:
        count_by_urgency(order, by=by)


def _record(name: AuditName, order: Order, *, by: User, changes: Changes) -> None:
    audit.record(
        name,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        changed=sorted(changes),
    )
