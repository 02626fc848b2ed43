"""The command: what cannot be read or written is told in a sentence, and no results are lost."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from portal.evaluate import kinds
from portal.management.commands import evaluate as command
from tests.portal.evaluate.conftest import EXAMPLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: A scenario that takes no time, and what comes of it.
QUICK = {"kind": "billing", "request": {}}
EMPTY = {"claims": []}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "in.json"


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out.json"


def results(file, output, content: str):
    """What the command makes of a file."""
    file.write_text(content)
    call_command("evaluate", str(file), "--output", str(output))
    return json.loads(output.read_text())["results"]


def test_writes_the_results(file, output):
    content = json.dumps({"scenarios": [EXAMPLES["EX-028"]]})
    assert results(file, output, content) == [{"id": "EX-028", "result": EXAMPLES["EX-028"]["expected"]}]
    assert sorted(path.name for path in file.parent.iterdir()) == ["in.json", "out.json"]


def test_prints_them_where_no_output_is_named(file, capsys):
    file.write_text(json.dumps({"scenarios": [{"id": 7, **QUICK}]}))
    call_command("evaluate", str(file))
    assert json.loads(capsys.readouterr().out) == {"results": [{"id": 7, "result": EMPTY}]}


def test_r202_says_how_many_of_the_accepted_cases_were_decided_at_intake(file, output, capsys):
    """EX-005 waits for a nurse, EX-015 is refused, and EX-028 is no case."""
    names = ("EX-001", "EX-005", "EX-008", "EX-015", "EX-028")
    results(file, output, json.dumps({"scenarios": [EXAMPLES[name] for name in names]}))
    assert capsys.readouterr().out == "2 of 3 accepted cases were decided at intake.\n"


@pytest.mark.parametrize(
    "written", ['"A-1"', "7", "-0.5", "true", "false", "null", '"\\ud800"', '"\\u0000"', '"Zoë"', "1" * 300]
)
def test_an_id_is_repeated_as_it_is(written, file, output):
    content = '{"scenarios": [{"kind": "billing", "request": {}, "id": ' + written + "}]}"
    assert results(file, output, content) == [{"id": json.loads(written), "result": EMPTY}]


@pytest.mark.parametrize("written", ["1" * 5000, "1e400", "NaN", "-Infinity"])
def test_a_figure_that_is_no_number_spoils_its_own_scenario_alone(written, file, output):
    of_the_id = '{"kind": "billing", "request": {}, "id": ' + written + "}"
    of_the_award = '{"kind": "billing", "request": {"award": {"S0353": ' + written + "}}}"
    content = '{"scenarios": [' + of_the_id + ", " + of_the_award + "]}"
    first, second = results(file, output, content)
    assert first == {"id": written, "result": EMPTY}
    assert second["error"]["path"] == "request.award.S0353"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "cannot be read"),
        ("not json", "cannot be read"),
        ("[1]", "expected an object"),
        ("{}", "scenarios: is missing"),
        ('{"scenarios": null}', "scenarios: is missing"),
        ('{"scenarios": 3}', "scenarios: expected a list"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_name(content, said, file, output):
    file.write_text(content)
    with pytest.raises(CommandError, match=rf"in\.json.*{said}"):
        call_command("evaluate", str(file), "--output", str(output))
    assert list(file.parent.iterdir()) == [file], "nothing is left behind"


def test_a_file_that_is_missing_is_told(file):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("evaluate", str(file))


@pytest.mark.parametrize("place", ["missing/out.json", "in.json/out.json", "."])
def test_an_output_that_cannot_be_written_is_told_before_the_work(place, file, monkeypatch):
    file.write_text(json.dumps({"scenarios": [QUICK]}))
    monkeypatch.setattr(command, "run", lambda content: pytest.fail("it was run"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("evaluate", str(file), "--output", str(file.parent / place))


def test_earlier_results_stand_until_the_new_ones_are_complete(file, output, monkeypatch):
    file.write_text(json.dumps({"scenarios": [QUICK]}))
    output.write_text("earlier")

    def interrupted(content):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call_command("evaluate", str(file), "--output", str(output))
    assert output.read_text() == "earlier"
    assert sorted(path.name for path in file.parent.iterdir()) == ["in.json", "out.json"]


def test_a_device_keeps_its_place(file):
    file.write_text(json.dumps({"scenarios": [QUICK]}))
    call_command("evaluate", str(file), "--output", "/dev/null")


def test_what_could_not_be_run_is_counted_and_the_rest_is_written(file, output, monkeypatch):
    def broken(scenario):
        raise RuntimeError

    monkeypatch.setitem(kinds.KINDS, "review_permission", broken)
    content = json.dumps(
        {"scenarios": [{"id": 1, "kind": "review_permission", "request": {}}, {"id": 2, **QUICK}]}
    )
    with pytest.raises(CommandError, match="1 scenarios could not be run"):
        results(file, output, content)
    first, second = json.loads(output.read_text())["results"]
    assert first["error"]["message"] == "could not be run: RuntimeError"
    assert second == {"id": 2, "result": EMPTY}
