"""Load a roster file: all of it in one transaction, or nothing of it, with a report either way (R-062)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from django.db import transaction

from members.models import QuarantinedRow, RosterLoad
from members.rosters.batch import Batch, RosterRefused
from members.rosters.layouts import LAYOUTS
from members.rosters.members import apply_members
from members.rosters.parse import parse, too_many_bad_rows
from members.rosters.providers import apply_participations, apply_practices, apply_providers, apply_sites
from notifications import audit
from notifications.clock import now
from notifications.names import AuditName

_APPLY: dict[str, Callable[[Batch], None]] = {
    "practices": apply_practices,
    "sites": apply_sites,
    "providers": apply_providers,
    "participations": apply_participations,
    "members": apply_members,
}


def load_roster(
    kind: str,
    content: bytes,
    *,
    file_name: str,
    as_of: date,
    by: audit.Actor | None,
    allow_shrink: bool = False,
) -> RosterLoad:
    """Apply one file of that kind as of a day, and report what it did.

    A file that was applied last is not applied again: its report is returned.  A bad row goes to the
    quarantine with its line number and reason; a bad file changes nothing and is reported as refused.
    """
    digest = hashlib.sha256(content).hexdigest()
    last = RosterLoad.objects.filter(kind=kind).exclude(outcome=RosterLoad.Outcome.REFUSED)
    earlier = last.order_by("-loaded_at", "-pk").first()
    if earlier and earlier.file_hash == digest:
        return earlier
    report = RosterLoad(
        kind=kind,
        file_name=file_name[:200],
        file_hash=digest,
        as_of=as_of,
        loaded_at=now(),
        loaded_by=by.get_username() if by else audit.SYSTEM,
    )
    try:
        with transaction.atomic():
            if earlier and as_of < earlier.as_of:
                raise RosterRefused([f"A file of {earlier.as_of} is already applied; this one is older."])
            return _apply(report, content, allow_shrink=allow_shrink, by=by)
    except RosterRefused as refusal:
        with transaction.atomic():
            report.outcome = RosterLoad.Outcome.REFUSED
            report.faults = refusal.faults
            return _record(report, by=by)


def _apply(report: RosterLoad, content: bytes, *, allow_shrink: bool, by: audit.Actor | None) -> RosterLoad:
    parsed = parse(content, LAYOUTS[report.kind])
    if parsed.faults:
        raise RosterRefused(parsed.faults)
    batch = Batch(LAYOUTS[report.kind], parsed.rows, parsed.bad_rows, report.as_of, allow_shrink)
    _APPLY[report.kind](batch)
    faults = too_many_bad_rows(len(batch.rows), len(batch.bad_rows))
    if faults:
        raise RosterRefused(faults)
    report.rows = len(batch.rows) + len(batch.bad_rows)
    report.added, report.changed, report.terminated = len(batch.added), len(batch.changed), batch.terminated
    report.quarantined = len(batch.bad_rows)
    report.notes = batch.notes
    has_news = report.added or report.changed or report.terminated
    report.outcome = RosterLoad.Outcome.APPLIED if has_news else RosterLoad.Outcome.UNCHANGED
    _record(report, by=by)
    QuarantinedRow.objects.bulk_create(
        QuarantinedRow(load=report, line_number=bad.line_number, reason=bad.reason, row=bad.cells)
        for bad in batch.bad_rows
    )
    return report


def _record(report: RosterLoad, *, by: audit.Actor | None) -> RosterLoad:
    """Keep the report, and audit the load; neither holds anything of a row."""
    report.save()
    audit.record(
        AuditName.ROSTER_LOADED,
        actor=by,
        subject=f"roster:{report.pk}",
        outcome=report.outcome,
        kind=report.kind,
        rows=report.rows,
        added=report.added,
        changed=report.changed,
        terminated=report.terminated,
        quarantined=report.quarantined,
    )
    return report
