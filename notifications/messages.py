"""How each message reaches its reader: channel, template and the only values the template may see.

A value that is not listed cannot get into a message, whatever the caller passes: that is how no
patient data leaves by e-mail (D-42).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifications.names import MessageName

RECIPIENT = frozenset({"user", "address"})


@dataclass(frozen=True)
class Mail:
    """An e-mail: its words in `templates/emails/<template>.txt` and `….subject.txt`, and its values."""

    template: str
    version: int
    fields: frozenset[str]


_STATUS_FIELDS = frozenset({"reference", "plan", "path"})

MAILS: dict[MessageName, Mail] = {
    MessageName.CASE_STATUS_CHANGED: Mail(template="case_status_changed", version=1, fields=_STATUS_FIELDS),
    MessageName.CASE_STATUS_CHANGED_FOR_OFFICE: Mail(
        template="case_status_changed_for_office", version=1, fields=_STATUS_FIELDS
    ),
}


def check_payload(name: MessageName, payload: Mapping[str, Any]) -> None:
    """Raise ValueError unless `payload` holds exactly the recipient and the values of this message."""
    expected = MAILS[name].fields | RECIPIENT
    if set(payload) != expected:
        raise ValueError(
            f"message {name} takes {', '.join(sorted(expected))}; given {', '.join(sorted(payload))}"
        )
