"""Step 3: prescribers of the own practice, network status, sites and the phone for a peer-to-peer."""

from __future__ import annotations

import html

import pytest

from members.models import Affiliation, Participation, Practice, Provider, Site
from tests.factories import orders, people
from tests.portal.wizard.entry import PLAN, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def at_providers(entry: Entry) -> Entry:
    return entry.reach("providers")


def text(page) -> str:
    return " ".join(html.unescape(page.content.decode()).split())


def test_r074_only_the_own_practices_prescribers_are_offered(at_providers: Entry):
    offered = {found.pk for found in at_providers.get("providers").context["form"].providers.values()}
    own = Provider.objects.filter(practices__code="HARBOR", prescriber_type__in=Provider.MAY_ORDER)
    assert offered == {provider.pk for provider in own}


def test_r070_another_kind_of_prescriber_is_not_offered(at_providers: Entry):
    Provider.objects.filter(npi="2100000001").update(prescriber_type="other")
    assert "2100000001" not in text(at_providers.get("providers"))


def test_somebody_of_another_practice_is_refused_though_posted(at_providers: Entry):
    other = Provider.objects.exclude(practices__code="HARBOR").first()
    typed = {**at_providers.typed_providers(), "ordering_provider": str(other.pk)}
    at_providers.post("providers", typed)
    assert at_providers.state.answers["providers"] is None


def test_r071_the_network_status_stands_beside_each_name(at_providers: Entry):
    page = text(at_providers.get("providers"))
    assert "NPI 2100000001 · In network" in page
    assert "Out of network" in page


def test_r451_r453_an_out_of_network_choice_is_told_and_goes_on(at_providers: Entry):
    Participation.objects.filter(provider__npi="2100000001").delete()
    page = at_providers.shown("providers", at_providers.typed_providers())
    assert page.request["PATH_INFO"] == at_providers.url("diagnosis")
    terms = page.context["draft"].terms
    assert terms.out_of_network_text in text(page)
    assert terms.network_contact_text in text(page)
    assert at_providers.state.get("providers")["network"] == "out"
    assert "Out of network" in text(at_providers.get("providers"))


def test_r073_a_practice_without_prescribers_is_told_whom_to_call(at_providers: Entry):
    Affiliation.objects.filter(practice__code="HARBOR").delete()
    assert "1-800-252-2021" in text(at_providers.get("providers"))


def test_r069_a_facility_is_found_by_words_without_scripts(at_providers: Entry):
    facility = Site.objects.filter(practice__kind="facility").order_by("pk").first()
    typed = {
        **at_providers.typed_providers(servicing="other"),
        "other_site": "",
        "other_site_text": facility.practice.name.split()[0],
    }
    page = at_providers.shown("providers", typed)
    offers = page.context["form"].other_site_pick.offers
    assert str(facility.pk) in [offer["value"] for offer in offers]
    assert "Choose one of these" in text(page)
    at_providers.post("providers", {**typed, "other_site": str(facility.pk)})
    assert at_providers.state.get("providers")["servicing_site"] == facility.pk
    assert page.context["form"].other_site_pick.chosen is None


def test_a_site_left_over_from_other_words_does_not_count(at_providers: Entry):
    one, two = Site.objects.filter(practice__kind="facility").order_by("pk")[:2]
    typed = at_providers.typed_providers(servicing="other")
    at_providers.post("providers", {**typed, "other_site": str(one.pk), "other_site_text": str(one)})
    assert at_providers.state.get("providers")["servicing_site"] == one.pk
    at_providers.post("providers", {**typed, "other_site": str(one.pk), "other_site_text": "no such words"})
    assert at_providers.state.answers["providers"] is None
    at_providers.post("providers", {**typed, "other_site": str(two.pk), "other_site_text": str(two)})
    assert at_providers.state.get("providers")["servicing_site"] == two.pk


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("617-555-0110", "617-555-0110"),
        ("+1 (617) 555.0110 x 12", "617-555-0110 ext. 12"),
        ("6175550110", "617-555-0110"),
    ],
)
def test_r075_the_phone_number_is_kept_in_one_spelling(at_providers: Entry, typed: str, kept: str):
    at_providers.post("providers", {**at_providers.typed_providers(), "p2p_phone": typed})
    assert at_providers.state.get("providers")["p2p_phone"] == kept


@pytest.mark.parametrize(
    ("plan", "member", "demanded"), [("BCBSM", "ZMI400000024", True), ("BCBSMA", "ZMA300000014", False)]
)
def test_r075_the_phone_number_is_demanded_where_the_plan_does(
    entry: Entry, plan: str, member: str, demanded: bool
):
    entry.post("plan", {**PLAN, "plan": plan})
    entry.answer("member", entry.typed_member(member))
    terms = entry.get("providers").context["draft"].terms
    entry.post("providers", {**entry.typed_providers(), "p2p_phone": ""})
    assert (entry.state.answers["providers"] is None) == terms.p2p_phone_required
    assert terms.p2p_phone_required == demanded


def test_r075_an_empty_phone_number_is_warned_of(entry: Entry):
    entry.post("plan", {**PLAN, "plan": "BCBSMA"})
    entry.answer("member", entry.typed_member("ZMA300000014"))
    page = entry.shown("providers", {**entry.typed_providers(), "p2p_phone": ""})
    assert "no phone number for a peer-to-peer" in text(page)
    assert "no phone number" not in text(entry.shown("providers", entry.typed_providers()))


def test_an_ordering_physician_stands_chosen(at_providers: Entry):
    physician = Entry(people.signed_in(orders.person("physician")), at_providers.order)
    form = physician.get("providers").context["form"]
    assert form.providers[form["ordering_provider"].value()].npi == "2100000001"


def test_a_single_prescriber_and_site_stand_chosen(at_providers: Entry):
    practice = Practice.objects.get(code="HARBOR")
    keep = Affiliation.objects.filter(practice=practice, provider__npi="2100000001")
    Affiliation.objects.filter(practice=practice).exclude(pk__in=keep).delete()
    form = at_providers.get("providers").context["form"]
    assert form["ordering_provider"].value() == str(keep.get().provider_id)
