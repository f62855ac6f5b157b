"""Twins: the same customer stays in one world and leaves in the other."""

import pytest

import sim


@pytest.fixture(scope="module")
def comparison():
    scenario = sim.load_scenario("courier").replace({"customers.count": 1500, "time.horizon": 1.0})
    strategies = sim.load_strategies(["baseline", "over_promise", "combined"], scenario)
    return sim.compare(scenario, strategies, replications=2, seed=5)


def test_twins_stay_in_one_world_and_leave_in_the_other(comparison):
    twins = comparison.twins("combined", "baseline")
    staying, leaving = comparison.customers("combined"), comparison.customers("baseline")
    expected = (staying["id"] < 1500) & (staying["active"] == 1) & (leaving["active"] == 0)
    assert len(twins) > 0
    assert set(twins["customer"]) == set(staying.loc[expected, "id"])


def test_the_first_difference_comes_before_the_customer_leaves(comparison):
    twins = comparison.twins("combined", "baseline")
    known = twins.dropna(subset=["first_difference_day"])
    assert len(known) > 0
    assert (known["first_difference_day"] <= known["left_day"]).all()


def test_what_made_the_difference_really_happened_in_one_world_only(comparison):
    twins = comparison.twins("combined", "baseline")
    named = twins[twins["what_made_the_difference"].str.contains("under (?:combined|baseline) only")]
    assert len(named) > 10
    # Harm explains only where the customer left, help only where the customer stayed.
    for what in ("abandoned", "promise broken", "failure", "complaint", "silence"):
        blamed = named[named["what_made_the_difference"].str.startswith(what)]
        assert blamed["what_made_the_difference"].str.endswith("under baseline only").all()
    for what in ("resolved", "compensation", "apology", "promise kept"):
        praised = named[named["what_made_the_difference"].str.startswith(what)]
        assert praised["what_made_the_difference"].str.endswith("under combined only").all()
    assert named["first_difference_day"].nunique() > 1
    runs = {name: comparison.run(name) for name in ("combined", "baseline")}
    for row in named.head(5).itertuples():
        event = row.what_made_the_difference.split(" on day ")[0].split(" (")[0]
        world = row.what_made_the_difference.rsplit("under ", 1)[1].removesuffix(" only")
        day = int(row.what_made_the_difference.split(" on day ")[1].split(",")[0])
        story = runs[world].story(row.customer)
        days = story.loc[story["event"] == event, "day"].round().astype(int)
        assert day in set(days)


def test_a_world_has_no_twins_with_itself(comparison):
    assert len(comparison.twins("baseline", "baseline")) == 0


def test_other_seeds_are_refused(comparison):
    from sim.study.twins import find_twins

    with pytest.raises(ValueError, match="same seed"):
        find_twins(comparison.run("combined", 0), comparison.run("baseline", 1))
