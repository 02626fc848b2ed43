"""Members and their coverage, from the plan's file into the tables (R-057 to R-062)."""

from __future__ import annotations

from members import keys
from members.models import Coverage, Member, Plan
from members.rosters.batch import Batch
from members.rosters.parse import Row
from members.rosters.providers import set_unknown_lines_aside
from members.rosters.upsert import Key, Rows, stored_rows, upsert

_MEMBER = ("plan_id", "member_number")
_COVERAGE = ("member_id", "starts_on")
_COVERAGE_COLUMNS = (
    "line_of_business",
    "group_number",
    "group_name",
    "ends_on",
    "pcp_state",
    "pbm_name",
    "void",
)


def apply_members(batch: Batch) -> None:
    """Add, change and end; coverage that a plan's file no longer has ends the day before the file's day."""
    plans = dict(Plan.objects.values_list("slug", "pk"))
    batch.set_unknown_aside("plan", plans, "plan")
    set_unknown_lines_aside(batch, plans)
    in_file = [plans[slug] for slug in {row.values["plan"] for row in batch.rows}]
    changed = _upsert_members(batch, plans, in_file)
    ids = {
        (plan, number): pk
        for pk, plan, number in Member.objects.filter(plan__in=in_file).values_list("pk", *_MEMBER)
    }
    found = stored_rows(Coverage.objects.filter(member__plan__in=in_file), _COVERAGE, _COVERAGE_COLUMNS)
    wanted: Rows = {}
    for row in batch.rows:
        person = _person(row, plans)
        key = (ids[person], row.values["coverage_starts_on"])
        wanted[key] = _coverage_values(row)
        if key not in found:
            batch.added.add(row.line_number)
        elif person in changed or not wanted[key].items() <= found[key].items():
            batch.changed.add(row.line_number)
            batch.terminated += found[key]["ends_on"] is None and wanted[key]["ends_on"] is not None
    upsert(Coverage, _COVERAGE, wanted, found)
    _end_absent(batch, wanted, found, ids)


def _person(row: Row, plans: dict[str, int]) -> Key:
    return (plans[row.values["plan"]], row.values["member_number"])


def _upsert_members(batch: Batch, plans: dict[str, int], in_file: list[int]) -> frozenset[Key]:
    """Write the people; the keys of those who were there with other values."""
    columns = ("number_key", "first_name", "last_name", "name_key", "birth_date", "sex", "state")
    wanted: Rows = {
        _person(row, plans): {
            "number_key": keys.number_key(row.values["member_number"]),
            "first_name": row.values["first_name"],
            "last_name": row.values["last_name"],
            "name_key": keys.name_key(row.values["first_name"], row.values["last_name"]),
            "birth_date": row.values["birth_date"],
            "sex": row.values["sex"],
            "state": row.values["state"],
        }
        for row in batch.rows
    }
    found = stored_rows(Member.objects.filter(plan__in=in_file), _MEMBER, columns)
    return upsert(Member, _MEMBER, wanted, found).changed


def _coverage_values(row: Row) -> dict[str, object]:
    values = row.values
    return {
        "line_of_business": values["line_of_business"],
        "group_number": values["group_number"],
        "group_name": values["group_name"],
        "ends_on": values["coverage_ends_on"],
        "pcp_state": values["pcp_state"],
        "pbm_name": values["pbm_name"],
        "void": False,
    }


def _end_absent(batch: Batch, wanted: Rows, found: Rows, ids: dict[Key, int]) -> None:
    """End coverage that runs and is absent; what had not begun is marked as never had.

    Nobody loses coverage by a row in quarantine: those people are spared, and with a row that does
    not say whom it speaks of, everybody is.
    """
    if not batch.may_end_absent("coverage"):
        return
    spared = {pk for (_, number), pk in ids.items() if number in batch.spared}
    running = {
        key: values
        for key, values in found.items()
        if not values["void"] and (values["ends_on"] is None or values["ends_on"] >= batch.as_of)
    }
    ending = [key for key in running if key not in wanted and key[0] not in spared]
    batch.check_shrink("coverages", len(ending), len(running))
    upsert(
        Coverage,
        _COVERAGE,
        {
            key: {**found[key], "ends_on": batch.day_before}
            if key[1] <= batch.day_before
            else {**found[key], "void": True}
            for key in ending
        },
        found,
    )
    batch.terminated += len(ending)
