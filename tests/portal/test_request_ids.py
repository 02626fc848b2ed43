"""The request's id ties log lines, audit events and the answer together."""

from __future__ import annotations

import logging

import pytest

from notifications.models import AuditEvent
from portal.middleware import RequestIdMiddleware
from portal.models import User
from tests.factories.people import signed_in

GIVEN = "0123456789abcdef"


def line(record: logging.LogRecord) -> str:
    """A record as the log writes it."""
    [handler] = [h for h in logging.getLogger().handlers if h.get_name() == "stderr"]
    return handler.format(record)


def test_a_log_line_carries_the_request_id(rf) -> None:
    record = logging.LogRecord("portal", logging.WARNING, __file__, 1, "slow %s", ("answer",), None)
    lines: list[str] = []

    def view(request):
        lines.append(line(record))
        return {}

    RequestIdMiddleware(view)(rf.get("/", headers={"X-Request-ID": GIVEN}))
    assert f"request_id={GIVEN}" in lines[0]
    assert 'event="slow answer"' in lines[0]
    assert "request_id" not in line(record)


def test_what_was_typed_cannot_forge_a_log_line() -> None:
    forged = "x\n2026-01-01 level=info event=forged"
    record = logging.LogRecord("portal", logging.WARNING, __file__, 1, "typed %s", (forged,), None)
    assert "\n" not in line(record)


def test_a_traceback_is_kept() -> None:
    try:
        raise RuntimeError("out of order")
    except RuntimeError as error:
        trace = (RuntimeError, error, error.__traceback__)
    record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "failed", (), trace)
    assert "out of order" in line(record)
    assert "test_a_traceback_is_kept" in line(record)


@pytest.mark.django_db
def test_audit_events_carry_the_id_of_their_request(nurse: User) -> None:
    answer = signed_in(nurse).get("/orders/T000000000/", headers={"X-Request-ID": GIVEN})
    assert answer.headers["X-Request-ID"] == GIVEN
    assert AuditEvent.objects.get(name="read.denied").request_id == GIVEN
