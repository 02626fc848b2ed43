"""Bring the rows of a table to wanted values with as few statements as the database allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

Key = tuple[Any, ...]
Rows = dict[Key, dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """Keys of the rows that were new, and of those that were there with other values."""

    added: frozenset[Key]
    changed: frozenset[Key]


def stored_rows(rows: QuerySet[Any], unique: Sequence[str], columns: Sequence[str]) -> Rows:
    """The table's rows as plain values, by the columns that make them unique.  One query."""
    return {
        tuple(row[name] for name in unique): {name: row[name] for name in columns}
        for row in rows.values(*unique, *columns)
    }


def upsert(
    model: type[Model], unique: Sequence[str], wanted: Mapping[Key, Mapping[str, Any]], stored: Rows
) -> Difference:
    """Insert what is new and update what differs, in batches; untouched rows cost nothing."""
    added = frozenset(key for key in wanted if key not in stored)
    changed = frozenset(
        key
        for key, values in wanted.items()
        if key not in added and not values.items() <= stored[key].items()
    )
    writes = [
        model(**dict(zip(unique, key, strict=True)), **wanted[key])
        for key in wanted
        if key in added | changed
    ]
    if writes:
        model._default_manager.bulk_create(
            writes,
            batch_size=500,
            update_conflicts=True,
            # Django wants the fields' names here: a foreign key without its "_id".
            unique_fields=[model._meta.get_field(name).name for name in unique],
            update_fields=[model._meta.get_field(name).name for name in next(iter(wanted.values()))],
        )
    return Difference(added, changed)
