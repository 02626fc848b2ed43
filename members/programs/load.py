"""Apply the content folder: one transaction, nothing changed on a bad file, nothing the second time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from members.models import Holiday, LineOfBusiness, Plan, Program, ProgramTerms
from members.programs.documents import ContentFaults, Fault
from members.programs.parse import Content, ProgramContent, TermsContent, read_content
from notifications import audit
from notifications.names import AuditName


@dataclass
class Changes:
    """How many rows a load added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def load_programs(root: Path, *, by: audit.Actor | None) -> Changes:
    """Bring plans, calendars, programs and terms to what the folder says (R-001).

    `by` None is the system.  Raises ContentFaults, with nothing changed, when a file is wrong or
    would change terms that an order is bound to (DR-03).
    """
    return apply_content(read_content(root), by=by)


def apply_content(content: Content, *, by: audit.Actor | None) -> Changes:
    """The same for a folder that was read before."""
    changes = Changes()
    with transaction.atomic():
        plans = _apply_plans(content, changes)
        _apply_calendars(content, changes)
        faults = [fault for p in content.programs for fault in _apply_program(p, plans[p.plan], changes)]
        if faults:
            raise ContentFaults(faults)
        if changes:
            audit.record(
                AuditName.PROGRAMS_LOADED,
                actor=by,
                subject="programs:all",
                outcome="applied",
                added=changes.added,
                changed=changes.changed,
                removed=changes.removed,
            )
    return changes


def _apply_plans(content: Content, changes: Changes) -> dict[str, Plan]:
    plans = {plan.slug: plan for plan in Plan.objects.all()}
    lines = {(line.plan_id, line.code): line for line in LineOfBusiness.objects.all()}
    for entry in content.plans:
        values = {
            "name": entry["name"],
            "short_name": entry["short_name"],
            "states": entry.get("states", []),
            "member_prefixes": entry.get("member_prefixes", []),
            "solutions": entry.get("solutions", []),
            "new_intake_from": entry.get("new_intake_from"),
            "source": entry.get("source", ""),
        }
        plan = plans.setdefault(entry["slug"], Plan(slug=entry["slug"]))
        _save_if_changed(plan, values, changes)
        for line in entry.get("lines", []):
            row = lines.get((plan.pk, line["code"])) or LineOfBusiness(plan=plan, code=line["code"])
            _save_if_changed(row, _line_values(line), changes)
    return plans


def _line_values(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": line["name"],
        "managed_by": line.get("managed_by", ""),
        "managed_from": line.get("managed_from"),
        "routing_text": " ".join(line.get("routing_text", "").split()),
        "routing_link": line.get("routing_link", ""),
        "source": line.get("source", ""),
    }


def _apply_calendars(content: Content, changes: Changes) -> None:
    """Days are added, renamed and removed: a wrong holiday must not outlive its correction."""
    stored = {(h.calendar, h.on): h for h in Holiday.objects.filter(calendar__in=content.calendars)}
    new: list[Holiday] = []
    for calendar, days in content.calendars.items():
        for day, name in days.items():
            holiday = stored.pop((calendar, day), None)
            if holiday is None:
                new.append(Holiday(calendar=calendar, on=day, name=name))
            else:
                _save_if_changed(holiday, {"name": name}, changes)
    Holiday.objects.bulk_create(new)
    for holiday in stored.values():
        holiday.delete()
    changes.added += len(new)
    changes.removed += len(stored)


def _apply_program(content: ProgramContent, plan: Plan, changes: Changes) -> list[Fault]:
    program = Program.objects.filter(slug=content.slug).first() or Program(slug=content.slug, plan=plan)
    values = {
        "plan_id": plan.pk,
        "name": content.name,
        "short_name": content.short_name,
        "aliases": content.aliases,
        "solutions": content.solutions,
        "lines_of_business": content.lines_of_business,
    }
    _save_if_changed(program, values, changes)
    stored = {terms.effective_from: terms for terms in program.terms.all()}
    faults: list[Fault] = []
    for row in content.terms:
        terms = stored.pop(row.effective_from, None)
        faults.extend(_apply_terms(content, program, terms, row, changes))
    for day, terms in stored.items():
        faults.extend(_remove_terms(content, day, terms, changes))
    return faults


def _apply_terms(
    content: ProgramContent, program: Program, terms: ProgramTerms | None, row: TermsContent, changes: Changes
) -> list[Fault]:
    values = {**row.values, "sources": row.sources}
    if terms is None:
        terms = ProgramTerms(program=program, effective_from=row.effective_from)
    differing = [name for name, value in row.values.items() if getattr(terms, name) != value]
    if terms.pk and differing and _is_bound(terms):
        return [
            Fault(
                content.file,
                f"terms of {row.effective_from}",
                f"an order is bound to these terms, so {', '.join(sorted(differing))} cannot change; "
                "add a row with a later date",
            )
        ]
    _save_if_changed(terms, values, changes)
    return []


def _remove_terms(content: ProgramContent, day: date, terms: ProgramTerms, changes: Changes) -> list[Fault]:
    if _is_bound(terms):
        message = "an order is bound to these terms, so the row must stay in the file"
        return [Fault(content.file, f"terms of {day}", message)]
    terms.delete()
    changes.removed += 1
    return []


def _is_bound(terms: ProgramTerms) -> bool:
    """Does a row of any table point to these terms?  Orders are above this app, so it asks the models."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: terms}).exists()
        for relation in ProgramTerms._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    )


def _save_if_changed(row: models.Model, values: dict[str, Any], changes: Changes) -> None:
    is_new = row.pk is None
    if not is_new and all(getattr(row, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    changes.added += is_new
    changes.changed += not is_new
