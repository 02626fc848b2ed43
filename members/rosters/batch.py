"""One file on its way into the tables: its rows, what was set aside, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from members.rosters.layouts import Layout
from members.rosters.parse import BadRow, Row, bad_row

#: A file that would end more than this share of what runs, and more than this number, is refused.
MAX_SHRINK_SHARE = 0.2
MAX_SHRINK_ROWS = 10


class RosterRefused(Exception):
    """A file that is not applied; `faults` say why and what to do."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(" ".join(faults))


@dataclass
class Batch:
    """The rows of one file; a table sets rows aside and counts lines added, changed and terminated."""

    layout: Layout
    rows: list[Row]
    bad_rows: list[BadRow]
    as_of: date
    allow_shrink: bool
    added: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    terminated: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def day_before(self) -> date:
        """Last day of what is no longer in the file."""
        return self.as_of - timedelta(days=1)

    @property
    def spared(self) -> set[str | None]:
        """Those whom rows in quarantine speak of: nobody loses anything by a bad row."""
        return {bad.who for bad in self.bad_rows}

    def set_aside(self, row: Row, reason: str) -> None:
        """Quarantine a row that points to something unknown."""
        self.rows.remove(row)
        self.bad_rows.append(bad_row(row, reason, self.layout))

    def set_unknown_aside(self, column: str, known: Collection[Any], what: str) -> None:
        """Quarantine every row whose column names something that is not there."""
        for row in list(self.rows):
            if row.values[column] not in known:
                self.set_aside(row, f"{column} names no {what} that is loaded")

    def check_shrink(self, what: str, ending: int, running: int) -> None:
        """Raise RosterRefused when so much would end that the file is more likely cut short."""
        if self.allow_shrink or ending <= MAX_SHRINK_ROWS or ending <= MAX_SHRINK_SHARE * running:
            return
        raise RosterRefused(
            [
                f"The file would end {ending} of {running} {what}. If that is right, load it again and "
                "allow it to shrink."
            ]
        )

    def may_end_absent(self, what: str) -> bool:
        """May what is absent from the file be ended?  Not if a bad row could be just that one."""
        if None in self.spared:
            self.notes.append(f"No {what} was ended for being absent: a row in quarantine could be the one.")
            return False
        return True
