"""Values of the rules as JSON and back (R-208)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

import pytest

from orders.rules.records import from_json, to_json
from orders.rules.states import Disposition


@dataclass(frozen=True)
class Inner:
    amount: Decimal
    on: date | None = None


@dataclass(frozen=True)
class Everything:
    text: str
    count: int
    truth: bool
    status: Disposition
    at: time
    inner: Inner
    many: tuple[Inner, ...]
    days: frozenset[date]
    names: Mapping[str, Inner] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)


VALUE = Everything(
    text="a",
    count=1,
    truth=True,
    status=Disposition.AUTHORIZED,
    at=time(17, 30),
    inner=Inner(Decimal("1.10")),
    many=(Inner(Decimal(2), date(2026, 3, 2)),),
    days=frozenset({date(2026, 3, 3), date(2026, 3, 2)}),
    names={"x": Inner(Decimal(3))},
    numbers=[1, 2],
)


def test_everything_reads_back_as_it_was_written():
    assert from_json(Everything, to_json(VALUE)) == VALUE


def test_the_form_is_plain_and_loses_no_digit():
    written = to_json(VALUE)
    assert written["inner"] == {"amount": "1.10", "on": None}
    assert written["status"] == "authorized"
    assert type(written["status"]) is str
    assert written["days"] == ["2026-03-02", "2026-03-03"]
    assert to_json(Decimal("1E+3")) == "1000"


@pytest.mark.parametrize(("value", "named"), [(1j, "complex"), (1.5, "float"), (Inner, "type")])
def test_what_could_not_be_read_back_is_refused(value, named):
    with pytest.raises(TypeError, match=f"^{named} has no JSON form here$"):
        to_json(value)


def test_json_has_names_for_keys():
    assert to_json({1: Disposition.AUTHORIZED}) == {"1": "authorized"}


def test_a_value_stored_before_a_field_was_added_reads_with_its_default():
    assert from_json(Inner, {"amount": "1"}) == Inner(Decimal("1"), None)


def test_a_record_with_a_part_missing_is_refused():
    with pytest.raises(KeyError):
        from_json(Inner, {"on": "2026-01-01"})
