"""Step 3: who prescribes, where treatment is given, and whom to call for a peer-to-peer."""

from __future__ import annotations

from django import forms
from django.contrib import messages

from members.models import Participation, Provider, Site
from members.queries import network_statuses, ordering_providers, search_sites
from orders.steps import Answers
from portal import access
from portal.practice.forms.base import StepForm, choose
from portal.practice.forms.phones import phone_number
from portal.practice.forms.picks import Pick, settle

OTHER_SITE = "other"
NO_PHONE = (
    "There is no phone number for a peer-to-peer. If the order needs a review, our physician cannot reach "
    "the prescriber, and the answer takes longer."
)


#: What is asked, on the page and on checklists.
LABELS = {
    "ordering_provider": "Ordering provider",
    "ordering_site": "Practice site",
    "servicing_site": "Where is treatment given?",
    "p2p_phone": "Phone for a peer-to-peer",
}


class ProvidersForm(StepForm):
    """Ordering provider of the own practice, practice site, servicing site, phone (R-068 to R-077)."""

    step = "providers"

    def build(self) -> None:
        """Offer the practice's own prescribers and sites, and what the site search found."""
        practice = self.draft.order.practice
        self.providers = {str(p.pk): p for p in ordering_providers(practice)}
        self.networks = self._networks()
        self.sites = {str(site.pk): site for site in practice.sites.order_by("name", "pk")}
        self.fields["ordering_provider"] = choose(
            LABELS["ordering_provider"],
            [(key, self._provider_words(provider)) for key, provider in self.providers.items()],
            missing="Choose the ordering provider.",
            hint="The physician, physician assistant or nurse practitioner of your office who prescribes.",
        )
        self.fields["ordering_site"] = choose(
            LABELS["ordering_site"],
            [(key, str(site)) for key, site in self.sites.items()],
            missing="Choose the practice site.",
        )
        self.fields["servicing_site"] = choose(
            LABELS["servicing_site"],
            [
                *((key, str(site)) for key, site in self.sites.items()),
                (OTHER_SITE, "Another site or facility"),
            ],
            missing="Choose where treatment is given.",
        )
        self.fields["other_site"] = forms.CharField(
            label="Other site or facility",
            required=False,
            help_text="Only for another site: type its name or city, then choose it.",
        )
        self.fields["p2p_phone"] = forms.CharField(
            label=LABELS["p2p_phone"],
            required=bool(self.draft.terms and self.draft.terms.p2p_phone_required),
            max_length=40,
            help_text="Where our physician reaches the prescriber; without it a review takes longer. "
            "For example 617-555-0100.",
            error_messages={"required": "Enter the phone number for a peer-to-peer."},
        )
        self.other_site_pick = self._other_site()
        self._preselect()

    def _networks(self) -> dict[int, str]:
        plan, day, line = self.draft.plan, self.draft.start_on, self.draft.line_of_business
        if plan is None or day is None:
            return {}
        return network_statuses(self.providers.values(), plan, day, line_of_business=line)

    def _provider_words(self, provider: Provider) -> str:
        name = f"{provider.last_name}, {provider.first_name}"
        return f"{name} · NPI {provider.npi} · {self.network_words(provider)}"

    def network_words(self, provider: Provider) -> str:
        """The provider's network status with the member's plan on the start date (R-071)."""
        return Participation.Network(self.networks.get(provider.pk, Participation.Network.OUT)).label

    def _other_site(self) -> Pick[Site]:
        text, key, plan = self.typed("other_site_text"), self.typed("other_site"), self.draft.plan
        kept = Site.objects.filter(pk=int(key)).first() if key.isdecimal() else None
        found = search_sites(text, plan) if text and plan and (kept is None or text != str(kept)) else []
        return settle(text, key, found, kept, value=lambda site: str(site.pk), label=str)

    def _preselect(self) -> None:
        """Where there is one possible answer, it stands chosen; a prescriber orders for himself."""
        if access.Role.ORDERING_PHYSICIAN in access.roles_of(self.draft.request.user):
            roles = self.draft.order.practice.roles.filter(user=self.draft.request.user.pk)
            own = roles.exclude(provider=None).values_list("provider_id", flat=True).first()
            self.initial["ordering_provider"] = str(own or "")
        for name, keys in (("ordering_provider", self.providers), ("ordering_site", self.sites)):
            if len(keys) == 1:
                self.initial.setdefault(name, next(iter(keys)))

    # --- What the page shows ------------------------------------------------------------------------
    @property
    def other_site_words(self) -> str:
        """The words in the site's search box."""
        return self.other_site_pick.text

    @property
    def chosen_provider(self) -> Provider | None:
        """The ordering provider as typed so far."""
        return self.providers.get(str(self["ordering_provider"].value() or ""))

    @property
    def out_of_network(self) -> bool:
        """Whether the chosen provider is not in the network of the member's plan (R-451)."""
        provider = self.chosen_provider
        return provider is not None and self.networks.get(provider.pk) != Participation.Network.IN

    # --- Validation -----------------------------------------------------------------------------------
    def clean_p2p_phone(self) -> str:
        """A phone number of ten digits, with its extension if there is one."""
        typed: str = self.cleaned_data["p2p_phone"]
        return phone_number(typed) if typed else ""

    def clean(self) -> dict[str, object]:
        """Demand the other site where it was chosen."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if cleaned.get("servicing_site") == OTHER_SITE and self.other_site_pick.chosen is None:
            if self.other_site_pick.found:
                self.refuse("other_site", "Choose one of the sites found.")
            elif self.typed("other_site_text"):
                self.refuse("other_site", "No site has these words in its name or city. Try fewer words.")
            else:
                self.refuse("other_site", "Enter the site where treatment is given.")
        return cleaned

    def notices(self) -> list[tuple[int, str]]:
        """R-451 to R-453: entry goes on out of network, with the plan's notice; R-075: the phone."""
        found, terms = [], self.draft.terms
        if self.out_of_network and terms is not None:
            found.append((messages.WARNING, f"{terms.out_of_network_text} {terms.network_contact_text}"))
        if not self.cleaned_data.get("p2p_phone"):
            found.append((messages.WARNING, NO_PHONE))
        return found

    def answers(self) -> Answers:
        """ordering_provider, ordering_site, servicing_site (primary keys), p2p_phone."""
        given = self.cleaned_data
        servicing = given["servicing_site"]
        if servicing == OTHER_SITE:
            assert self.other_site_pick.chosen is not None
            servicing = self.other_site_pick.chosen.pk
        return {
            "ordering_provider": int(given["ordering_provider"]),
            "ordering_site": int(given["ordering_site"]),
            "servicing_site": int(servicing),
            "p2p_phone": given["p2p_phone"],
            "network": self.networks.get(int(given["ordering_provider"]), Participation.Network.OUT),
        }
