"""The help that stands on each step of order entry."""

from __future__ import annotations

from typing import Any

from django import template

from portal.guidance.order_entry import template_of
from portal.guidance.plan_notes import notes
from portal.practice.forms.draft import Draft

register = template.Library()


@register.inclusion_tag("guidance/step-help.html")
def step_help(step: str, draft: Draft) -> dict[str, Any]:
    """The guide's section on a step, folded, with what the draft's own program says (R-104)."""
    return {
        "key": step,
        "section": template_of(step),
        "notes": notes(step, draft.terms) if draft.terms else [],
        "program": draft.program.short_name if draft.program else "",
    }
