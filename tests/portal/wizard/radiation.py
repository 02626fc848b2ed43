"""A radiation order as somebody enters it by POST (R-335): whole breast after lumpectomy, short course."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from orders.steps import steps_for
from tests.portal.wizard.entry import DIAGNOSIS, PLAN, Entry, Typed, us

RADIATION_KEYS = [step.key for step in steps_for({"plan": {"solution": "radiation_oncology"}})]
RADIATION_PLAN: Typed = {**PLAN, "plan": "BCBSMA", "solution": "radiation_oncology"}
#: Commercial and Medicare Advantage members in Massachusetts without any other order.
MEMBER, MEDICARE_MEMBER = "ZMA300000014", "ZMV310000015"
BREAST: Typed = {"primary": "C50.911", "primary_text": "", "tumor": "breast"}
LUNG: Typed = DIAGNOSIS
PROSTATE: Typed = {"primary": "C61", "primary_text": "", "tumor": "prostate"}
#: Fifteen or sixteen fractions of the whole breast meet the policy (RT-BR-01).
SHORT_COURSE: Typed = {
    "radiation_site": "breast",
    "radiation_technique": "3DCRT",
    "radiation_fractions": "16",
    "boost_fractions": "4",
    "radiation_reasons": ["whole_breast_after_lumpectomy"],
}
#: One or more fractions of a bone metastasis, up to ten, meet the policy (RT-BM-01).
BONE: Typed = {
    "radiation_site": "bone_metastases",
    "radiation_technique": "3DCRT",
    "radiation_fractions": "5",
    "boost_fractions": "0",
}


class RadiationEntry(Entry):
    """One draft of a radiation order in one person's browser."""

    def __init__(
        self,
        client: Any,
        *,
        diagnosis: Typed = BREAST,
        course: Typed = SHORT_COURSE,
        clinical: Typed | None = None,
        member: str = MEMBER,
    ) -> None:
        super().__init__(client)
        self.diagnosis, self.course, self.member = diagnosis, course, member
        self.clinical = {"ecog": "1", **(clinical or {})}

    def typed(self, step: str) -> Typed:
        """Right answers for a step."""
        if step == "radiation":
            return self.typed_course()
        return {
            "plan": lambda: RADIATION_PLAN,
            "member": lambda: self.typed_member(self.member),
            "providers": self.typed_providers,
            "diagnosis": lambda: self.diagnosis,
            "clinical": lambda: self.clinical,
            "dates": self.typed_radiation_dates,
            "review": self.typed_review,
        }[step]()

    def typed_course(self, **changes: Any) -> Typed:
        """The course, with what the page carries along once its questions are shown."""
        typed = {**self.course, **changes}
        site, technique = typed.get("radiation_site", ""), typed.get("radiation_technique", "")
        return {**typed, "for_site": site, "for_course": f"{site} {technique}"}

    def typed_radiation_dates(self, **changes: Any) -> Typed:
        """The end that the fractions give."""
        end = self.get("dates").context["end_by_fractions"]
        return {"urgency": "standard", "planned_end_on": us(end), **changes}

    def answer(self, step: str, typed: Typed | None = None) -> HttpResponse:
        """Answer a step and go on; it must be accepted."""
        return super().answer(step, typed or self.typed(step))

    def reach(self, step: str) -> RadiationEntry:
        """Answer everything before a step."""
        for key in RADIATION_KEYS[: RADIATION_KEYS.index(step)]:
            if key not in self.state.done:
                self.answer(key)
        if step == "review" and self.get("review").status_code == 302:
            # Criteria are left open: first it is asked whether treatment was under way.
            self.answer("continuity", {"under_way": "no"})
        return self
