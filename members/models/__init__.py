"""Plans and their dated program terms, the insured people, the providers, and the files they came in."""

from members.models.calendars import Holiday
from members.models.loads import QuarantinedRow, RosterLoad
from members.models.people import Coverage, Member
from members.models.plans import LineOfBusiness, Plan, Program
from members.models.providers import Affiliation, Participation, Practice, Provider, Site
from members.models.terms import ProgramTerms

__all__ = [
    "Affiliation",
    "Coverage",
    "Holiday",
    "LineOfBusiness",
    "Member",
    "Participation",
    "Plan",
    "Practice",
    "Program",
    "ProgramTerms",
    "Provider",
    "QuarantinedRow",
    "RosterLoad",
    "Site",
]
