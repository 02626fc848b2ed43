"""What goes into the log when something breaks (G-35)."""

from __future__ import annotations

import sys

from django.db import IntegrityError

from portal.logs import exception_without_values


def test_a_database_error_is_logged_without_the_values_of_its_row():
    try:
        try:
            raise IntegrityError("refused DETAIL: Failing row contains (7, Juniper, 1948-04-05)")
        except IntegrityError as error:
            raise RuntimeError("could not save") from error
    except RuntimeError:
        event = exception_without_values(None, "error", {"exc_info": sys.exc_info()})
    assert "Juniper" not in event["exception"]
    assert "could not save" in event["exception"]
    assert "IntegrityError" in event["exception"]


def test_an_event_without_an_exception_stays_as_it_is():
    assert exception_without_values(None, "info", {"event": "served"}) == {"event": "served"}
