"""Findings on the disk: what comes back is what went, and nothing else is taken for findings."""

import json
import math
from dataclasses import replace

import pytest

from sim.report.document.stored import as_text, from_text
from sim.study.statistics import Interval


def test_what_is_read_is_what_was_written(told):
    for found in told.values():
        again = from_text(as_text(found))
        assert as_text(again) == as_text(found)
        assert [option.called for option in again.options] == [option.called for option in found.options]
        assert again.remake == found.remake
        assert again.assumed == found.assumed or any(one.low != one.low for one in found.assumed)


def test_what_is_not_a_number_or_beyond_all_comes_back_so(told):
    found = told["plain"]
    first, second, *others = found.options
    cash = replace(second.cash, paid_back=Interval(math.inf, 3.0, math.nan))
    changed = replace(found, options=(first, replace(second, cash=cash), *others))
    back = from_text(as_text(changed)).options[1].cash.paid_back
    assert (back.mean, back.low) == (math.inf, 3.0)
    assert math.isnan(back.high)


def test_it_is_json_of_a_size_that_can_stand_beside_results(told):
    for found in told.values():
        text = as_text(found)
        json.loads(text, parse_constant=pytest.fail)  # no NaN, which JSON does not know
        assert len(text) < 200_000


@pytest.mark.parametrize(
    "damage",
    [
        lambda values: values.pop("leaders"),
        lambda values: values.update(more=1),
        lambda values: values.update(customers="many"),
        lambda values: values["options"][0].pop("curves"),
        lambda values: values["options"][0]["levels"].update(clv=["1", "2", "3"]),
        lambda values: values.update(options=None),
        lambda values: values["months"].append("much"),
    ],
)
def test_what_is_no_findings_is_a_mistake(told, damage):
    values = json.loads(as_text(told["plain"]))
    damage(values)
    with pytest.raises(ValueError, match="holds no findings"):
        from_text(json.dumps(values))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "1"])
def test_what_is_no_mapping_is_a_mistake(text):
    with pytest.raises(ValueError, match=r"."):
        from_text(text)
