"""Enter drafts of the demo's orders, each for another member: `python -m tools.faults.drafts N SCENARIO`.

Prints their references, one a line.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date

import django
from django.utils import timezone

USERNAME = "practice"


def enter(count: int, name: str) -> list[str]:
    """So many drafts of one scenario, ready to submit."""
    from portal import demo
    from portal.models import User

    scenario = demo.scenarios()[name]
    user = User.objects.get(username=USERNAME)
    today = timezone.now().date()
    return [
        demo.enter(
            replace(scenario, found={**scenario.found, "member": number}), by=user, today=today
        ).reference
        for number in _members_like(scenario.found["plan"], scenario.found["member"], count)
    ]


def _members_like(plan: str, member_number: str, count: int) -> list[str]:
    """Members to whom the rules say the same: of full age, in the same program, without an order yet."""
    from members.models import Member
    from members.queries import eligibility_on

    today = timezone.now().date()
    model = Member.objects.get(plan__slug=plan, member_number=member_number)
    expected = eligibility_on(model, today)
    candidates = Member.objects.filter(
        plan=model.plan,
        birth_date__range=(date(1938, 1, 1), date(1985, 1, 1)),
        coverages__line_of_business=expected.line_of_business,
        coverages__pbm_name="",
        orders=None,
    )
    found = [
        member.member_number
        for member in candidates.order_by("pk").distinct()
        if (eligibility_on(member, today).code, eligibility_on(member, today).program)
        == (expected.code, expected.program)
    ]
    if len(found) < count:
        raise SystemExit(
            f"only {len(found)} members are like {member_number} of {plan}; {count} were asked for"
        )
    return found[:count]


if __name__ == "__main__":
    django.setup()
    for reference in enter(int(sys.argv[1]), sys.argv[2]):
        print(reference)
