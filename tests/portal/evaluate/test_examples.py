"""The worked examples EX-001 to EX-029, field by field, through the actions of the portal."""

from __future__ import annotations

import pytest

from tests.portal.evaluate.conftest import EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_comes_out_as_written(name, evaluated):
    assert evaluated(EXAMPLES[name]) == EXAMPLES[name]["expected"]


def test_all_examples_are_here():
    assert list(EXAMPLES) == [f"EX-{number:03}" for number in range(1, 30)]
