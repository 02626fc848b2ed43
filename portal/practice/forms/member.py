"""Step 2: the member, and the day treatment starts, on which eligibility is judged."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from django import forms
from django.utils.datastructures import MultiValueDict

from members.eligibility import Eligibility, eligibility_on
from members.keys import name_part, number_key
from members.models import Member
from orders.rules import gates
from orders.rules.following import FollowOn
from orders.rules.problems import Problem
from orders.steps import Answers
from orders.terms import plain_terms
from pathways.criteria.terms import LINES_OF_BUSINESS
from portal import access
from portal.practice.forms.base import KEEP, PRESSED, Raw, StepForm, TypedDateField
from portal.practice.forms.draft import Draft
from portal.practice.forms.words import contact_center

SEARCH_FIELDS = ("member_number", "last_name", "first_name", "birth_date")


class MemberForm(StepForm):
    """Find the member by ID, or by name and date of birth, and judge eligibility (R-057 to R-067).

    The first press of any button looks the member up; only a member whose eligibility on that very
    day was on the screen (`looked_at`) can be taken on to the next step.
    """

    step = "member"
    always_checked = frozenset({*SEARCH_FIELDS, "start_on"})

    member_number = forms.CharField(
        label="Member ID",
        required=False,
        max_length=30,
        help_text="As on the card; letters, spaces and hyphens may be left out. For example XXP 1234 5678.",
    )
    last_name = forms.CharField(label="Last name", required=False, max_length=60)
    first_name = forms.CharField(label="First name", required=False, max_length=60)
    birth_date = TypedDateField(
        label="Date of birth",
        required=False,
        widget=forms.SelectDateWidget(),
        # The page has a box for each part: no slashes to type.
        error_messages={"invalid": "Enter the date of birth as month, day and year, for example 04 18 1960."},
    )
    start_on = TypedDateField(
        label="Planned start of treatment",
        help_text="The day treatment is expected to begin; it must not be given earlier. MM/DD/YYYY.",
        error_messages={"required": "Enter the planned start of treatment."},
    )
    looked_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def build(self) -> None:
        """Search for what was typed, and offer what was found."""
        self.found = self._search()
        self.passes = {access.member_pass(self.draft.order, member): member for member in self.found}
        self.fields["member"] = forms.ChoiceField(
            label="Member",
            choices=[(key, str(member)) for key, member in self.passes.items()],
            widget=forms.RadioSelect,
            # With nobody found the page has nothing to choose; the search says what is missing.
            required=bool(self.found),
            error_messages={
                "required": "Choose who is meant.",
                "invalid_choice": "Choose one of the members found.",
            },
        )
        if len(self.passes) == 1 and self.typed("member") not in self.passes:
            self.data = MultiValueDict({**self.raw, "member": [next(iter(self.passes))]})

    def _search(self) -> list[Member]:
        birth_date = self._typed_day("birth_date")
        number, last_name = self.typed("member_number"), self.typed("last_name")
        if not number_key(number) and not (name_part(last_name) and birth_date):
            return []
        return self.draft.find_members(
            member_number=number,
            last_name=last_name,
            first_name=self.typed("first_name"),
            birth_date=birth_date,
        )

    def _typed_day(self, name: str) -> date | None:
        try:
            day: date | None = self.fields[name].clean(self[name].data)
        except forms.ValidationError:
            return None
        return day

    @classmethod
    def copied(cls, raw: Raw, *, draft: Draft, check: bool) -> tuple[Raw, Answers | None]:
        """The member by his ID; eligibility on the new start date is for a person to look at (R-060).

        A start is proposed for a continuation only.
        """
        member, order = draft.order.member, draft.order
        if member is None:
            return {}, None
        proposed = draft.start_on if order.follows_as == FollowOn.CONTINUATION else None
        return {
            "member_number": [member.member_number],
            "member": [access.member_pass(order, member)],
            "start_on": [f"{proposed:%m/%d/%Y}" if proposed else ""],
            PRESSED: ["find" if proposed else KEEP],
        }, None

    # --- What the page shows ------------------------------------------------------------------------
    @cached_property
    def chosen(self) -> Member | None:
        """The member found or chosen so far."""
        key = self.data.get("member", "") if self.is_bound else ""
        return self.passes.get(key)

    @cached_property
    def eligibility(self) -> Eligibility | None:
        """The chosen member's eligibility on the start date (R-059, R-060)."""
        day = self._typed_day("start_on")
        return eligibility_on(self.chosen, day) if self.chosen and day else None

    @cached_property
    def timing(self) -> list[Problem]:
        """What speaks against the start date: too long ago, or too far ahead (DR-02, D-35, D-36)."""
        answer = self.eligibility
        if answer is None or not answer.in_program or answer.program is None or answer.terms is None:
            return []
        answer.program.plan = answer.plan
        zone = ZoneInfo(answer.terms.time_zone)
        facts = {
            "line_of_business": answer.line_of_business,
            "group_number": answer.group_number,
            "start_on": answer.on.isoformat(),
            "submitted_on": self.draft.now.astimezone(zone).date().isoformat(),
        }
        found = gates.refusals(facts, plain_terms(answer.program, answer.terms))
        return [problem for problem in found if problem.field == "start_on"]

    @property
    def is_retrospective(self) -> bool:
        """Whether treatment began before today, which the plan has advice for (R-353)."""
        return bool(self.eligibility and self.eligibility.on < self.draft.today)

    @property
    def showing(self) -> str:
        """What the page shows now, to be posted back as `looked_at`."""
        return f"{self.data.get('member', '')}|{self._typed_day('start_on')}" if self.eligibility else ""

    @property
    def line_words(self) -> str:
        """The line of business in words."""
        line = self.eligibility.line_of_business if self.eligibility else ""
        words = LINES_OF_BUSINESS.get(line, line)
        return words[:1].upper() + words[1:]

    @property
    def whom_to_call(self) -> str:
        """Who answers questions about eligibility."""
        terms = (self.eligibility and self.eligibility.terms) or self.draft.terms
        return f"Questions? Call the {contact_center(terms)}." if terms else ""

    # --- Validation -----------------------------------------------------------------------------------
    def clean(self) -> dict[str, object]:
        """Demand a search that finds somebody, and an eligible member."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if not self.found:
            self._explain_nothing_found()
        elif (answer := self.eligibility) and not answer.in_program:
            self.refuse("member", f"{answer.reason} {self.whom_to_call}", code=answer.code)
        for problem in self.timing:
            self.refuse("start_on", problem.sentence, code=problem.code)
        return cleaned

    def _explain_nothing_found(self) -> None:
        if "birth_date" in self.errors:
            return
        number, last_name = self.typed("member_number"), self.typed("last_name")
        if not number and not last_name:
            self.refuse("member_number", "Enter the member ID, or the last name and the date of birth.")
        elif not number and self._typed_day("birth_date") is None:
            self.refuse("birth_date", "Enter the date of birth beside the name.")
        elif not number_key(number) and not name_part(last_name):
            self.refuse("member_number", "Enter the letters and digits of the member ID.")
        else:
            plan = self.draft.plan
            self.refuse(
                "member_number" if number else "last_name",
                f"No member of {plan.name if plan else 'this plan'} matches all that was typed. "
                f"Check it against the card. {self.whom_to_call}",
            )

    @property
    def seen(self) -> bool:
        """Whether the eligibility of exactly this member and day was on the screen before."""
        return bool(self.showing) and self.typed("looked_at") == self.showing

    def meaning_of(self, pressed: str) -> str:
        """Continue looks the member up first."""
        return "find" if pressed == "continue" and not self.seen and self.chosen else pressed

    def answers(self) -> Answers:
        """member (primary key) and start_on, and the coverage that was shown (R-060)."""
        assert self.chosen is not None
        assert self.eligibility is not None
        shown = self.eligibility
        return {
            "member": self.chosen.pk,
            "start_on": self.cleaned_data["start_on"].isoformat(),
            "line_of_business": shown.line_of_business,
            "group_number": shown.group_number,
            "coverage_starts_on": shown.starts_on.isoformat() if shown.starts_on else None,
            "coverage_ends_on": shown.ends_on.isoformat() if shown.ends_on else None,
            "outside_by_age": shown.outside_by_age,
        }
