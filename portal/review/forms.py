"""What a reviewer writes: what settled a case, or why a physician must look at it."""

from __future__ import annotations

from django import forms


class AuthorizeForm(forms.Form):
    """The note that becomes the rationale of each determination (R-239)."""

    rationale = forms.CharField(
        label="What settled the case?",
        help_text="Which records or answers show that the criteria are met, and who gave them. "
        "It is kept with each determination.",
        max_length=4000,
        error_messages={"required": "Say which records or answers settled the case, and who gave them."},
    )


class EscalateForm(forms.Form):
    """Why the case goes to a physician reviewer (R-234)."""

    why = forms.CharField(
        label="Why does a physician need to see it?",
        help_text="The physician reads this first. It is kept in the case’s history; "
        "the practice sees only that the case is with a physician.",
        max_length=200,
        error_messages={"required": "Say what is unmet or unclear, so that the physician can begin there."},
    )
