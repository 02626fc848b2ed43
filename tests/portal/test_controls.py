"""Form controls: what they show, what they keep of what was typed, and what they escape."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines

from portal.templatetags import _controls
from tests.portal.style.page import draw


class Biopsy(forms.Form):
    """A small form with a required number, a choice and two dates."""

    size = forms.DecimalField(
        label="Size", help_text="The largest.", error_messages={"required": "Enter the size."}
    )
    result = forms.ChoiceField(
        label="Result",
        choices=[
            ("", "–"),
            ("unknown", "Unknown"),
            ("positive", "Positive"),
            ("not_reported", "Not reported"),
        ],
    )
    taken_on = forms.DateField(label="Taken on", required=False)
    born_on = forms.DateField(label="Born on", required=False, widget=forms.SelectDateWidget)


def test_a_field_shows_label_hint_unit_and_no_error_at_first() -> None:
    html = draw('{% field form.size unit="mm" inputmode="decimal" %}', form=Biopsy())
    assert '<label class="usa-label" for="id_size">Size</label>' in html
    assert 'aria-describedby="id_size-hint"' in html
    assert 'inputmode="decimal"' in html
    assert ">mm</div>" in html
    assert "error" not in html


def test_a_wrong_field_keeps_what_was_typed_and_says_what_to_do_beside_it() -> None:
    html = draw("{% field form.size %}", form=Biopsy({"size": "two"}))
    assert 'value="two"' in html
    assert 'aria-describedby="id_size-hint id_size-error" aria-invalid="true"' in html
    assert html.index("id_size-error") < html.index("<input")


def test_only_what_is_not_required_is_marked() -> None:
    form = Biopsy()
    assert "(optional)" not in draw("{% field form.size %}", form=form)
    assert "(optional)" in draw("{% date_field form.taken_on %}", form=form)
    assert "(optional)" not in draw("{% date_field form.taken_on optional=False %}", form=form)


def test_the_error_summary_links_to_the_fields() -> None:
    problem = SimpleNamespace(sentence="Coverage has ended.", field="")
    html = draw("{% error_summary form problems %}", form=Biopsy({}), problems=[problem])
    assert '<a class="usa-link" href="#id_size">Enter the size.</a>' in html
    assert '<a class="usa-link" href="#id_result">' in html
    assert "<li>Coverage has ended.</li>" in html


def test_the_summarys_link_to_a_group_lands_on_its_first_choice() -> None:
    html = draw("{% radios form.result %}", form=Biopsy({}))
    assert re.search(r'<input[^>]*id="id_result"[^>]*value="positive"', html)


def test_nothing_wrong_shows_no_summary() -> None:
    assert draw("{% error_summary form %}", form=Biopsy()).strip() == ""


def test_unknown_and_not_reported_come_last_apart_with_what_they_cost() -> None:
    html = draw('{% radios form.result apart_note="May pend." %}', form=Biopsy(initial={"result": "unknown"}))
    apart = html.index("pp-choices--apart")
    assert (
        html.index('value="positive"')
        < apart
        < html.index('value="unknown"')
        < html.index('value="not_reported"')
    )
    assert re.search(r'value="unknown" checked aria-describedby="id_result-apart"', html)
    assert 'id="id_result-apart">May pend.</p>' in html


@pytest.mark.parametrize("typed", ["10/12/2021", "2021-10-12"])
def test_a_date_comes_back_as_people_type_it(typed: str) -> None:
    html = draw("{% date_field form.taken_on %}", form=Biopsy({"taken_on": typed}))
    assert 'value="10/12/2021"' in html
    assert 'data-default-value="2021-10-12"' in html


def test_a_date_that_is_none_is_kept_as_typed() -> None:
    html = draw("{% date_field form.taken_on %}", form=Biopsy({"taken_on": "13/45/2021"}))
    assert 'data-typed="13/45/2021"' in html
    assert "data-default-value" not in html


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        ({"born_on_month": "04", "born_on_day": "18", "born_on_year": "1960"}, ("04", "18", "1960")),
        ({"born_on_month": "2", "born_on_day": "31", "born_on_year": "1960"}, ("2", "31", "1960")),
        ({"born_on_month": "4", "born_on_day": "", "born_on_year": ""}, ("4", "", "")),
        ({}, ("", "", "")),
    ],
)
def test_the_three_inputs_of_a_birth_date_keep_what_was_typed(
    data: dict[str, str], parts: tuple[str, ...]
) -> None:
    html = draw("{% birth_date form.born_on %}", form=Biopsy(data))
    assert tuple(re.findall(r'name="born_on_\w+"[^>]*? value="([^"]*)"', html)) == parts


def test_a_birth_date_known_already_is_split() -> None:
    html = draw("{% birth_date form.born_on %}", form=Biopsy(initial={"born_on": date(1960, 4, 8)}))
    assert re.findall(r'name="born_on_\w+"[^>]*? value="([^"]*)"', html) == ["04", "08", "1960"]


def test_free_text_comes_back_with_the_matches_to_choose_from() -> None:
    """Without scripts: the words are posted, and the answer offers what they may mean."""

    class Search(forms.Form):
        diagnosis = forms.CharField()

    form = Search({"diagnosis_text": "lung"})
    picks = [{"value": "C34.11", "label": "C34.11 Upper lobe", "detail": "right"}]
    html = draw('{% combobox form.diagnosis source="/d/" picks=picks %}', form=form, picks=picks)
    assert 'name="diagnosis_text"' in html
    assert 'value="lung"' in html
    assert re.search(r'type="radio" name="diagnosis" value="C34.11"', html)
    assert 'type="hidden"' not in html


NASTY = "<b onmouseover='x'>&\""


class Nasty(forms.Form):
    """Everything that can come from outside."""

    text = forms.CharField(label=NASTY, help_text=NASTY)
    choice = forms.ChoiceField(label=NASTY, choices=[(NASTY, NASTY), ("unknown", NASTY)])
    several = forms.MultipleChoiceField(label=NASTY, choices=[(NASTY, NASTY)])
    flag = forms.BooleanField(label=NASTY, help_text=NASTY)
    on = forms.DateField(label=NASTY)

    def clean(self) -> None:
        for name in self.fields:
            self.add_error(name, NASTY)


@pytest.mark.parametrize(
    "source",
    [
        "{% field form.text unit=nasty prefix=nasty data_x=nasty %}",
        "{% field form.text rows=3 %}",
        "{% select form.choice empty=nasty %}",
        "{% radios form.choice hints=hints apart_note=nasty %}",
        "{% checkboxes form.several hints=hints %}",
        "{% checkbox form.flag %}",
        "{% date_field form.on %}",
        "{% birth_date form.on %}",
        "{% combobox form.text source=nasty picks=picks %}",
        "{% error_summary form %}",
        "{% criteria_tree tree urls %}",
        '{% status_tag "met" label=nasty %}',
    ],
)
def test_whatever_comes_from_outside_is_escaped(source: str) -> None:
    data = dict.fromkeys(("text", "choice", "several", "flag", "on", "text_text"), NASTY)
    tree = {
        "result": "unknown",
        "sentence": NASTY,
        "kind": "any",
        "reference": f"https://{NASTY}; {NASTY}",
        "id": NASTY,
    }
    leaf = {"result": "unknown", "sentence": NASTY, "kind": "oneof", "fact": "stage", "ask_for": ["stage"]}
    html = draw(
        source,
        form=Nasty(data),
        nasty=NASTY,
        hints={NASTY: NASTY},
        picks=[{"value": NASTY, "label": NASTY, "detail": NASTY}],
        tree={**tree, "children": [leaf]},
        urls={"clinical": NASTY},
    )
    assert "<b on" not in html
    assert "='x'" not in html
    assert "&lt;b on" in html


def test_drawing_controls_costs_a_third_of_what_djangos_widgets_cost() -> None:
    """W2: thirty fields by Django's templates of templates would be most of a step's time."""

    class Long(forms.Form):
        locals().update({f"a{n}": forms.CharField(help_text="A hint.") for n in range(20)})
        locals().update({f"b{n}": forms.ChoiceField(choices=[(c, c) for c in "abcde"]) for n in range(10)})

    ours = engines["django"].from_string(
        "{% load portal %}"
        + "".join(f"{{% field form.a{n} %}}" for n in range(20))
        + "".join(f"{{% select form.b{n} %}}" for n in range(10))
    )
    widgets = engines["django"].from_string("{% for field in form %}{{ field }}{% endfor %}")

    def cost(draw_form: Callable[[], object]) -> float:
        def once() -> float:
            began = time.process_time()
            for _ in range(5):
                draw_form()
            return time.process_time() - began

        return min(once() for _ in range(8))

    form = Long()
    assert cost(lambda: ours.render({"form": form})) < cost(lambda: widgets.render({"form": form})) / 3


def test_as_text_gives_days_as_people_type_them() -> None:
    assert (_controls.as_text(None), _controls.as_text(date(2021, 1, 2))) == ("", "01/02/2021")
