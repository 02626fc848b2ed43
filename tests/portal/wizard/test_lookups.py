"""The lists behind the search boxes: real codes, drugs and sites, and nothing of an order."""

from __future__ import annotations

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def values(answer) -> list[str]:
    assert answer.status_code == 200
    return re.findall(r'data-value="([^"]*)"', answer.content.decode())


@pytest.mark.parametrize("typed", ["C34.11", "c3411", "upper lobe, right bronchus"])
def test_diagnoses_by_code_or_words(client_of_practice, typed: str):
    assert "C34.11" in values(client_of_practice.get("/orders/lookups/diagnoses/", {"q": typed}))


@pytest.mark.parametrize("typed", ["pembro", "keytruda", "J9271"])
def test_drugs_by_generic_name_brand_or_code(client_of_practice, typed: str):
    assert values(client_of_practice.get("/orders/lookups/drugs/", {"q": typed}))[0] == "pembrolizumab"


def test_sites_by_words(client_of_practice):
    assert values(client_of_practice.get("/orders/lookups/sites/BCBSM/", {"q": "harbor"}))
    assert client_of_practice.get("/orders/lookups/sites/NOPLAN/", {"q": "harbor"}).status_code == 404


@pytest.mark.parametrize("list_name", ["diagnoses", "drugs", "sites/BCBSM"])
@pytest.mark.parametrize("typed", ["", "x" * 3000, "%", "\x00", "<script>"])
def test_any_words_are_borne(client_of_practice, list_name: str, typed: str):
    answer = client_of_practice.get(f"/orders/lookups/{list_name}/", {"q": typed})
    assert len(values(answer)) <= 20


@pytest.mark.parametrize(("typed", "cut"), [("malignant neoplasm", True), ("C34.1", False)])
def test_a_list_that_is_cut_says_so(client_of_practice, typed: str, cut: bool):
    answer = client_of_practice.get("/orders/lookups/diagnoses/", {"q": typed})
    assert ("These are the first 20." in answer.content.decode()) == cut


def test_nothing_is_written_by_looking(client_of_practice):
    assert client_of_practice.post("/orders/lookups/drugs/", {"q": "keytruda"}).status_code == 405
