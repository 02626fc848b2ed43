"""Practices, sites, providers and their participation, from their files into the tables (R-069 to R-072)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from members import keys
from members.models import Affiliation, LineOfBusiness, Participation, Plan, Practice, Provider, Site
from members.rosters.batch import Batch
from members.rosters.parse import Row
from members.rosters.upsert import Key, stored_rows, upsert


def apply_practices(batch: Batch) -> None:
    """Add and change practices and facilities."""
    columns = ("name", "kind", "phone")
    wanted = {(row.values["practice_code"],): _pick(row, columns) for row in batch.rows}
    found = stored_rows(Practice.objects.all(), ("code",), columns)
    _count(batch, upsert(Practice, ("code",), wanted, found), lambda row: (row.values["practice_code"],))


def apply_sites(batch: Batch) -> None:
    """Add and change sites; a site of an unknown practice is set aside."""
    practices = dict(Practice.objects.values_list("code", "pk"))
    batch.set_unknown_aside("practice_code", practices, "practice")
    columns = ("name", "kind", "street", "city", "state", "zip", "phone")
    wanted = {
        (row.values["site_code"],): {
            **_pick(row, columns),
            "practice_id": practices[row.values["practice_code"]],
            "search_key": keys.search_key(row.values["name"], row.values["city"], row.values["state"]),
        }
        for row in batch.rows
    }
    found = stored_rows(Site.objects.all(), ("code",), (*columns, "practice_id", "search_key"))
    _count(batch, upsert(Site, ("code",), wanted, found), lambda row: (row.values["site_code"],))


def apply_providers(batch: Batch) -> None:
    """Add and change providers, and where they work; one who is absent works nowhere from then on."""
    practices = dict(Practice.objects.values_list("code", "pk"))
    for row in list(batch.rows):
        if not set(row.values["practice_codes"]) <= set(practices):
            batch.set_aside(row, "practice_codes names no practice that is loaded")
    columns = ("first_name", "last_name", "prescriber_type", "taxonomy", "specialty", "state")
    wanted = {
        (row.values["npi"],): {
            **_pick(row, columns),
            "name_key": keys.name_key(row.values["first_name"], row.values["last_name"]),
        }
        for row in batch.rows
    }
    found = stored_rows(Provider.objects.all(), ("npi",), (*columns, "name_key"))
    _count(batch, upsert(Provider, ("npi",), wanted, found), lambda row: (row.values["npi"],))
    _apply_affiliations(batch, practices)


def _apply_affiliations(batch: Batch, practices: dict[str, int]) -> None:
    providers = dict(Provider.objects.values_list("npi", "pk"))
    unique = ("practice_id", "provider_id")
    lines: dict[Key, int] = {
        (practices[code], providers[row.values["npi"]]): row.line_number
        for row in batch.rows
        for code in row.values["practice_codes"]
    }
    found = stored_rows(Affiliation.objects.all(), unique, ("ends_on",))
    difference = upsert(Affiliation, unique, {key: {"ends_on": None} for key in lines}, found)
    batch.changed |= {lines[key] for key in difference.added | difference.changed} - batch.added
    listed = {providers[row.values["npi"]] for row in batch.rows}
    spared = {pk for npi, pk in providers.items() if npi in batch.spared}
    may_end_absent = batch.may_end_absent("affiliation")
    ending = {
        key: {"ends_on": batch.day_before}
        for key, values in found.items()
        if values["ends_on"] is None
        and key not in lines
        and key[1] not in spared
        and (key[1] in listed or may_end_absent)
    }
    running = sum(values["ends_on"] is None for values in found.values())
    batch.check_shrink("affiliations", len(ending), running)
    upsert(Affiliation, unique, ending, found)
    batch.terminated += len(ending)


def apply_participations(batch: Batch) -> None:
    """Add, change and end network status by plan; a plan's rows that are absent end (R-071, R-072)."""
    providers = dict(Provider.objects.values_list("npi", "pk"))
    plans = dict(Plan.objects.values_list("slug", "pk"))
    batch.set_unknown_aside("npi", providers, "provider")
    batch.set_unknown_aside("plan", plans, "plan")
    set_unknown_lines_aside(batch, plans)
    unique = ("provider_id", "plan_id", "line_of_business", "starts_on")

    def key_of(row: Row) -> Key:
        values = row.values
        return (
            providers[values["npi"]],
            plans[values["plan"]],
            values["line_of_business"],
            values["starts_on"],
        )

    wanted = {key_of(row): _pick(row, ("network", "ends_on")) for row in batch.rows}
    of_plans = Participation.objects.filter(plan__slug__in={row.values["plan"] for row in batch.rows})
    found = stored_rows(of_plans, unique, ("network", "ends_on"))
    _count(batch, upsert(Participation, unique, wanted, found), key_of)
    _end_participations(batch, wanted, found, providers)


def _end_participations(
    batch: Batch,
    wanted: dict[Key, dict[str, Any]],
    found: dict[Key, dict[str, Any]],
    providers: dict[str, int],
) -> None:
    """End what runs and is absent; what had not begun is taken out."""
    if not batch.may_end_absent("participation"):
        return
    spared = {pk for npi, pk in providers.items() if npi in batch.spared}
    running = {
        key: values
        for key, values in found.items()
        if values["ends_on"] is None or values["ends_on"] >= batch.as_of
    }
    ending = [key for key in running if key not in wanted and key[0] not in spared]
    batch.check_shrink("participations", len(ending), len(running))
    begun = {key: {**found[key], "ends_on": batch.day_before} for key in ending if key[3] <= batch.day_before}
    upsert(Participation, ("provider_id", "plan_id", "line_of_business", "starts_on"), begun, found)
    never = Q(pk__in=[])
    for provider, plan, line, starts_on in (key for key in ending if key not in begun):
        never |= Q(provider=provider, plan=plan, line_of_business=line, starts_on=starts_on)
    Participation.objects.filter(never).delete()
    batch.terminated += len(ending)


def set_unknown_lines_aside(batch: Batch, plans: dict[str, int]) -> None:
    """Quarantine rows whose line of business their plan does not sell; blank is every line."""
    known = set(LineOfBusiness.objects.values_list("plan_id", "code"))
    for row in list(batch.rows):
        line = row.values["line_of_business"]
        if line and (plans[row.values["plan"]], line) not in known:
            batch.set_aside(row, "line_of_business names no line of the plan")


def _pick(row: Row, columns: tuple[str, ...]) -> dict[str, Any]:
    return {name: row.values[name] for name in columns}


def _count(batch: Batch, difference: Any, key_of: Any) -> None:
    """Note the lines whose row was new or changed."""
    for row in batch.rows:
        if key_of(row) in difference.added:
            batch.added.add(row.line_number)
        elif key_of(row) in difference.changed:
            batch.changed.add(row.line_number)
