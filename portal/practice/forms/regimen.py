"""Step 6: the regimen, with the Pathways that fit this patient first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages

from orders.models import Order
from orders.rules import ids
from orders.rules.following import FollowOn
from orders.steps import Answers
from pathways.matching import DrugMatches, NearRow, RegimenRow, Suggestion, find_by_drugs, suggest
from pathways.models import Drug
from pathways.queries import drugs_by_name, search_drugs
from portal.practice.forms.base import KEEP, PRESSED, Raw, StepForm, choose
from portal.practice.forms.draft import Draft
from portal.practice.forms.lookup import wrong_with
from portal.practice.forms.picks import Pick, settle

CUSTOM = "custom"
CUSTOM_NAME = "Custom treatment plan"
SUPPORTIVE = "supportive_only"
SUPPORTIVE_NAME = "Supportive drugs only"
#: What an order is to the earlier one whose number is typed.
GOES_ON, REPLACES = "goes_on", "replaces"
NOTHING_CITED = (
    "No earlier order is cited, so the regimen’s risk of febrile neutropenia is not known. A growth factor "
    "for primary prophylaxis then waits for a nurse."
)
#: No regimen has more drugs than this; a longer list is a slip.
MOST_DRUGS = 12


@dataclass(frozen=True)
class Group:
    """Regimens under one heading; a folded group is opened by the person who wants it."""

    title: str
    suggestions: list[Suggestion]
    chosen: str
    folded: bool = False
    note: str = ""

    @property
    def holds_chosen(self) -> bool:
        """Whether the regimen chosen is among them: then the group stands open."""
        return any(found.row.id == self.chosen for found in self.suggestions)


class RegimenForm(StepForm):
    """Choose a Pathway or another evidence-based regimen, find one by name or drugs, or build a custom plan.

    (R-087, R-089, R-090, R-172, R-174; DR-05.)
    """

    step = "regimen"
    always_checked = frozenset({"add_drug"})

    find = forms.CharField(label="Search by regimen name", required=False, max_length=60)
    add_drug = forms.CharField(
        label="Find by drugs",
        required=False,
        help_text="Type a generic name, a brand or a HCPCS code, for example Keytruda or J9271. "
        "Add every therapeutic drug that is planned.",
    )

    earlier_number = forms.CharField(
        label="Earlier order number",
        required=False,
        max_length=20,
        help_text="The Order ID or tracking number of this member’s earlier order, if this one has to do "
        "with it.",
    )
    earlier_is = choose(
        "What is this order to the earlier one?",
        [
            (GOES_ON, "It goes on from it, or adds to it"),
            (REPLACES, "It replaces it: the treatment changes"),
        ],
        missing="Choose whether this order goes on from the earlier one or replaces it.",
        required=False,
    )

    @classmethod
    def copied(cls, raw: Raw, *, draft: Draft, check: bool) -> tuple[Raw, Answers | None]:
        """The same regimen; for a change its drugs, to add to or take from (R-092); or none (R-093)."""
        kind = draft.order.follows_as
        if kind == FollowOn.SUPPORTIVE:
            return super().copied({"pick": [SUPPORTIVE]}, draft=draft, check=check)
        if kind == FollowOn.CHANGE:
            old = cls(raw, draft=draft)
            return {"drugs": old.chosen_drugs, PRESSED: [KEEP]}, None
        return super().copied(raw, draft=draft, check=check)

    def build(self) -> None:
        """Rank the tumor's regimens for this patient, and look up what was searched for."""
        self.suggestions = suggest(self.draft.library, self.draft.facts)
        self.by_id = {found.row.id: found for found in self.suggestions}
        self.drugs = list(dict.fromkeys(self.raw.get("drugs", ())))[:MOST_DRUGS]
        self.fields["pick"] = forms.ChoiceField(
            label="Regimen",
            choices=[
                *((key, found.row.title) for key, found in self.by_id.items()),
                (CUSTOM, CUSTOM_NAME),
                *([(SUPPORTIVE, SUPPORTIVE_NAME)] if self.offers_supportive else []),
            ],
            widget=forms.RadioSelect,
            error_messages={
                "required": "Choose a regimen, or a custom treatment plan.",
                "invalid_choice": "This regimen is not offered for this cancer. Choose one of the list.",
            },
        )
        if self.is_linked:
            del self.fields["earlier_number"], self.fields["earlier_is"]
        self.order_fields(["pick"])

    @property
    def is_linked(self) -> bool:
        """Whether the draft was begun from the earlier order, so that nobody need type its number."""
        return self.draft.order.follows_as not in ("", FollowOn.ANOTHER)

    @property
    def offers_supportive(self) -> bool:
        """Supportive drugs alone change no treatment (R-092, R-094)."""
        return self.draft.order.follows_as != FollowOn.CHANGE

    @property
    def chosen_drugs(self) -> list[str]:
        """The therapeutic drugs of the regimen that is picked, or those of the custom plan."""
        found = self.by_id.get(self.typed("pick"))
        return [part.drug for part in found.row.components] if found else self.drugs

    @cached_property
    def earlier(self) -> Order | None:
        """The order whose number was typed: of this member and practice, whoever asks (R-300)."""
        number = ids.clean(self.typed("earlier_number"))
        return self.draft.find_order(number) if ids.kind_of(number) else None

    @cached_property
    def added(self) -> Pick[Drug]:
        """The drug that was typed to be added."""
        text, key = self.typed("add_drug_text"), self.typed("add_drug")
        kept = Drug.objects.filter(name=key).first() if key else None
        found = search_drugs(text) if text and (kept is None or text != kept.name) else []
        return settle(text, key, found, kept, value=lambda drug: drug.name, label=str, detail=brands_of)

    def act(self, pressed: str) -> Raw:
        """Add a drug to the list of planned drugs, take one out, or take a regimen that was found."""
        raw = {**self.raw, PRESSED: [pressed]}
        if pressed == "add_drug" and self.added.chosen is not None:
            raw |= {"drugs": [*self.drugs, self.added.chosen.name], "add_drug": [""], "add_drug_text": [""]}
        elif pressed.startswith("remove_drug:"):
            raw["drugs"] = [drug for drug in self.drugs if drug != pressed.removeprefix("remove_drug:")]
        elif pressed.startswith("take:") and pressed.removeprefix("take:") in self.by_id:
            raw["pick"] = [pressed.removeprefix("take:")]
        return raw

    # --- What the page shows ------------------------------------------------------------------------
    @property
    def groups(self) -> list[Group]:
        """All regimens of the tumor: fitting Pathways, other fitting regimens, and the rest folded."""
        fitting = [found for found in self.suggestions if found.fit != "does_not_fit"]
        pathway = [found for found in fitting if found.on_pathway]
        library = [found for found in fitting if not found.on_pathway]
        against = [found for found in self.suggestions if found.fit == "does_not_fit"]
        chosen = str(self["pick"].value() or "")
        groups = [
            Group("Pathway regimens that fit, or may fit", pathway, chosen),
            Group(
                "Other evidence-based regimens",
                library,
                chosen,
                folded=bool(pathway),
                note="Not on Pathway; each reviewed drug is judged by medical policy.",
            ),
            Group(
                "Regimens that do not fit the answers",
                against,
                chosen,
                folded=True,
                note="You may choose one; what differs is shown as a deviation.",
            ),
        ]
        return [group for group in groups if group.suggestions]

    @property
    def found_by_name(self) -> list[Suggestion]:
        """Regimens whose title or drugs hold every word searched for."""
        wanted = self.typed("find").casefold().split()
        return [found for found in self.suggestions if wanted and _holds(found.row, wanted)]

    @cached_property
    def found_by_drugs(self) -> DrugMatches | None:
        """Regimens of exactly these drugs, and the nearest others (R-090)."""
        return find_by_drugs(self.draft.library, self.draft.tumor, self.drugs) if self.drugs else None

    def context(self) -> dict[str, Any]:
        """Groups and search results, with the chosen regimen's group unfolded."""
        matches = self.found_by_drugs
        return {
            "groups": self.groups,
            "chosen": str(self["pick"].value() or ""),
            "by_name": self.found_by_name,
            "searched": bool(self.typed("find")),
            "exact": [self.by_id[row.id] for row in matches.exact] if matches else [],
            "nearest": [(self.by_id[near.row.id], _difference(near)) for near in matches.nearest]
            if matches
            else [],
            "drugs": self.drugs,
            "drug_picks": self.added.offers,
            "earlier_open": bool(self.typed("earlier_number")) or self.typed("pick") == SUPPORTIVE,
        }

    # --- Validation -----------------------------------------------------------------------------------
    def clean(self) -> dict[str, object]:
        """A custom plan needs its drugs, and is for drugs that match no regimen (R-172)."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        takes_drugs = cleaned.get("pick") in (None, CUSTOM)
        if takes_drugs and self.typed("add_drug_text") and self.added.chosen is None:
            self.refuse(
                "add_drug",
                "Choose one of the drugs found, then add it."
                if self.added.found
                else "No drug has this name, brand or code. Check the spelling.",
            )
        if cleaned.get("pick") == CUSTOM:
            self._check_custom()
        if "earlier_number" in self.fields:
            self._check_earlier(cleaned)
        return cleaned

    def _check_earlier(self, cleaned: dict[str, object]) -> None:
        """A number that is typed must be right; where it is nobody's or another practice's is not told."""
        if not self.typed("earlier_number"):
            return
        if wrong := wrong_with(ids.clean(self.typed("earlier_number"))):
            self.refuse("earlier_number", wrong)
        elif self.earlier is None:
            self.refuse(
                "earlier_number",
                "Your practice has no order of this member with this number. Correct it, or empty the box.",
            )
        elif cleaned.get("pick") not in (None, SUPPORTIVE) and not cleaned.get("earlier_is"):
            self.refuse("earlier_is", str(self.fields["earlier_is"].error_messages["required"]))

    def _check_custom(self) -> None:
        if not self.drugs:
            self.refuse("add_drug", "Add the therapeutic drugs of the custom plan.")
        elif self.found_by_drugs and self.found_by_drugs.exact:
            title = self.found_by_drugs.exact[0].title
            self.refuse(
                "pick",
                f"These drugs are the regimen “{title}”. Choose it; a custom plan is for drugs without one.",
            )
        else:
            known = drugs_by_name(self.drugs)
            for name in self.drugs:
                if name not in known:
                    self.refuse(
                        "add_drug", f"“{name}” is not in the list of drugs. Remove it and add it again."
                    )
                elif known[name].role == Drug.Role.SUPPORTIVE:
                    self.refuse(
                        "add_drug", f"{name} is a supportive drug. Remove it here; the next step asks for it."
                    )

    def answers(self) -> Answers:
        """choice, regimen_id, drugs, the regimen's name for lists and headers, and the order cited."""
        picked = self.cleaned_data["pick"]
        if picked == CUSTOM:
            return self._custom_plan() | self._cites(picked)
        if picked == SUPPORTIVE:
            found: Answers = {"choice": SUPPORTIVE, "regimen_id": None, "drugs": [], "name": SUPPORTIVE_NAME}
            return found | self._cites(picked)
        row = self.by_id[picked].row
        drugs = [component.drug for component in row.components]
        chosen = {"choice": "regimen", "regimen_id": row.id, "drugs": drugs, "name": row.title}
        return chosen | self._cites(picked)

    def _cites(self, picked: str) -> Answers:
        """The number under which the rules find the earlier order (DR-08, DR-11)."""
        if "earlier_number" not in self.fields or self.earlier is None:
            return {}
        replaces = picked != SUPPORTIVE and self.cleaned_data["earlier_is"] == REPLACES
        return {"replaces_order" if replaces else "references_order": self.earlier.number}

    def notices(self) -> list[tuple[int, str]]:
        """DR-23: what supportive drugs alone lack without an earlier order."""
        alone = self.cleaned_data["pick"] == SUPPORTIVE
        cites = self.is_linked or self.earlier is not None
        return [(messages.WARNING, NOTHING_CITED)] if alone and not cites else []

    def tentative(self) -> Answers:
        """A custom plan counts as chosen while its drugs are still being added."""
        return self._custom_plan() if self.typed("pick") == CUSTOM else super().tentative()

    def _custom_plan(self) -> Answers:
        return {"choice": CUSTOM, "regimen_id": None, "drugs": self.drugs, "name": CUSTOM_NAME}


def brands_of(drug: Drug) -> str:
    """A drug's brands in one line."""
    return ", ".join(drug.brands)


def _holds(row: RegimenRow, wanted: list[str]) -> bool:
    text = " ".join([row.title, *sorted(row.drugs)]).casefold()
    return all(word in text for word in wanted)


def _difference(near: NearRow) -> str:
    parts = []
    if near.missing:
        parts.append(f"also has {', '.join(near.missing)}")
    if near.extra:
        parts.append(f"lacks {', '.join(near.extra)}")
    return "; ".join(parts)
