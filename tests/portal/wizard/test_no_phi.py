"""No member's data in an address, and none in what a page keeps in the browser (G-43)."""

from __future__ import annotations

import re

import pytest

from members.models import Member
from tests.portal.wizard.entry import MEMBER_NUMBER, STEP_KEYS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_no_address_holds_anything_of_the_member(entry: Entry):
    member = Member.objects.get(member_number=MEMBER_NUMBER)
    told = {MEMBER_NUMBER, member.last_name, member.first_name, member.birth_date.isoformat(), "C34.11"}
    addresses: list[str] = []
    for step in STEP_KEYS[:-1]:
        addresses.append(entry.answer(step)["Location"])
    addresses.append(entry.submit()["Location"])
    for step in STEP_KEYS:
        page = entry.get(step) if entry.order.status == "draft" else entry.client.get("/orders/")
        addresses += re.findall(r'(?:href|action|src|hx-post|data-source)="([^"]*)"', page.content.decode())
    for address in addresses:
        assert not any(text.casefold() in address.casefold() for text in told), address


def test_pages_are_not_kept_by_caches(entry: Entry):
    entry.reach("review")
    for step in STEP_KEYS:
        assert entry.get(step)["Cache-Control"] == "no-store"


def test_no_page_has_inline_script_or_style(entry: Entry):
    entry.reach("review")
    for step in STEP_KEYS:
        page = entry.get(step).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|js:", page), step
