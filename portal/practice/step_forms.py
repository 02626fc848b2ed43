"""The form of each step of an order, which for some steps depends on what is ordered."""

from __future__ import annotations

from portal.practice.forms.base import StepForm
from portal.practice.forms.clinical import ClinicalForm
from portal.practice.forms.continuity import ContinuityForm
from portal.practice.forms.dates import DatesForm
from portal.practice.forms.diagnosis import DiagnosisForm
from portal.practice.forms.dosing import DosingForm
from portal.practice.forms.member import MemberForm
from portal.practice.forms.plan import PlanForm
from portal.practice.forms.providers import ProvidersForm
from portal.practice.forms.radiation import RadiationForm
from portal.practice.forms.radiation_clinical import RadiationClinicalForm
from portal.practice.forms.radiation_dates import RadiationDatesForm
from portal.practice.forms.regimen import RegimenForm
from portal.practice.forms.review import ReviewForm

_FORMS: dict[str, type[StepForm]] = {
    form.step: form
    for form in (
        PlanForm,
        MemberForm,
        ProvidersForm,
        DiagnosisForm,
        ClinicalForm,
        RegimenForm,
        DosingForm,
        RadiationForm,
        DatesForm,
        ContinuityForm,
        ReviewForm,
    )
}
#: Where a course of radiation is asked something else than drugs are (R-335).
_OF_RADIATION: dict[str, type[StepForm]] = {
    form.step: form for form in (RadiationClinicalForm, RadiationDatesForm)
}


def form_of(step: str, *, radiates: bool) -> type[StepForm]:
    """The form of a step, in an order of drugs or of radiation."""
    return (_OF_RADIATION.get(step) if radiates else None) or _FORMS[step]
