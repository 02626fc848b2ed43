"""What the database says of an order after a fault, read without the portal's own code."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

_REFERENCE = re.compile(r"T\d{9}\Z")

# How many rows of each kind belong to one order.  A step saved again by a retry is no fault, so of the
# audit trail only what a submission itself writes is counted.
COUNTS: dict[str, str] = {
    **{
        table: f"SELECT count(*) FROM orders_{table} WHERE order_id = {{pk}}"
        for table in (
            "clinicalsnapshot",
            "drugline",
            "evaluation",
            "orderevent",
            "clockevent",
            "scodegrant",
            "workitem",
        )
    },
    "lineevaluation": (
        "SELECT count(*) FROM orders_lineevaluation WHERE evaluation_id IN "
        "(SELECT id FROM orders_evaluation WHERE order_id = {pk})"
    ),
    "linedetermination": (
        "SELECT count(*) FROM orders_linedetermination WHERE line_id IN "
        "(SELECT id FROM orders_drugline WHERE order_id = {pk})"
    ),
    **{
        f"audit {name}": (
            f"SELECT count(*) FROM notifications_auditevent WHERE name = '{name}' "
            "AND subject = 'order:{reference}'"
        )
        for name in ("order.submitted", "order.evaluated", "order.moved", "order.determined")
    },
    "outbox": "SELECT count(*) FROM notifications_outboxmessage WHERE key LIKE '%{reference}%'",
}


@dataclass(frozen=True)
class Shape:
    """An order as far as a fault could hurt it: its status and its rows."""

    status: str
    disposition: str
    rows: tuple[tuple[str, int], ...]

    def differences(self, other: Shape) -> list[str]:
        """In what `other` is not like this one."""
        found = [
            f"{name}: {other_value} instead of {value}"
            for name, value, other_value in (
                ("status", self.status, other.status),
                ("disposition", self.disposition, other.disposition),
            )
            if value != other_value
        ]
        return found + [
            f"{name}: {other_count} rows instead of {count}"
            for (name, count), (_, other_count) in zip(self.rows, other.rows, strict=True)
            if count != other_count
        ]


@dataclass(frozen=True)
class Ledger:
    """Reads the database behind the portal's back: PostgreSQL by its address, or SQLite by its file."""

    database_url: str = ""
    sqlite_path: Path = Path()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one question."""
        connection = psycopg2.connect(self.database_url) if self.database_url else self._sqlite()
        with closing(connection), closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def shape(self, reference: str) -> Shape:
        """The order's shape."""
        if not _REFERENCE.match(reference):
            raise ValueError(reference)
        ((pk, status, disposition),) = self.rows(
            f"SELECT id, status, disposition FROM orders_order WHERE reference = '{reference}'"
        )
        counts = tuple(
            (name, int(self.rows(sql.format(pk=pk, reference=reference))[0][0]))
            for name, sql in COUNTS.items()
        )
        return Shape(status, disposition, counts)

    def is_submitted(self, reference: str) -> bool:
        """Whether the submission was committed."""
        return bool(
            self.rows(
                f"SELECT 1 FROM orders_order WHERE reference = '{reference}' AND submitted_at IS NOT NULL"
            )
        )

    def order_count(self) -> int:
        """How many orders there are."""
        return int(self.rows("SELECT count(*) FROM orders_order")[0][0])

    def open_messages(self) -> int:
        """How many messages are not yet sent."""
        return int(self.rows("SELECT count(*) FROM notifications_outboxmessage WHERE state <> 'sent'")[0][0])

    def messages_not_sent_once(self) -> int:
        """How many messages were handed over more or less than once."""
        sql = (
            "SELECT count(*) FROM notifications_outboxmessage m WHERE 1 <> (SELECT count(*) "
            "FROM notifications_delivery d WHERE d.message_id = m.id AND d.outcome = 'sent')"
        )
        return int(self.rows(sql)[0][0])

    def _sqlite(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.sqlite_path}?mode=ro", uri=True, timeout=20)
