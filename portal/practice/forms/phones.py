"""Telephone numbers as people type them."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

_PHONE = re.compile(r"\D*1?\D*(\d{3})\D*(\d{3})\D*(\d{4})(?:\D*?(?:x|ext)\D*(\d{1,6}))?\D*", re.IGNORECASE)


def phone_number(typed: str) -> str:
    """A number of ten digits, with its extension if there is one: 617-555-0100 ext. 4.

    Raises ValidationError for any other text.
    """
    found = _PHONE.fullmatch(typed)
    if found is None:
        raise ValidationError("Enter a phone number of ten digits, for example 617-555-0100.")
    area, exchange, line, extension = found.groups()
    return f"{area}-{exchange}-{line}" + (f" ext. {extension}" if extension else "")
