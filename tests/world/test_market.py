"""What lies around the customers of a firm: network, prospects, rivals and staff."""

from dataclasses import fields

import pytest

from sim.world.errors import ConfigurationError
from sim.world.market import Market, Network, Rival, Staff
from sim.world.parameter import registry
from sim.world.policy import Policy


@pytest.mark.parametrize("kind", [Network, Market, Rival, Staff])
def test_every_number_starts_inside_its_range_and_says_what_it_is(kind):
    for path, entry in registry(kind):
        assert entry.meaning, path
        if isinstance(entry.default, (int, float)) and not isinstance(entry.default, bool):
            assert entry.low is not None, path
            assert entry.high is not None, path
            assert entry.low <= entry.default <= entry.high, path


def test_a_network_from_a_file_names_it():
    with pytest.raises(ConfigurationError, match="no file is named"):
        Network(kind="file")
    assert Network(kind="file", path="edges.csv").path == "edges.csv"


def test_a_network_that_names_a_file_is_one_from_a_file():
    with pytest.raises(ConfigurationError, match="kind is small_world"):
        Network(path="edges.csv")


def test_b15_rivals_begin_where_the_firm_is():
    # no advantage of theirs is a parameter: it starts at 0 and its mean stays there without a drift
    assert Rival().drift == 0.0
    assert {path for path, _ in registry(Rival)} == {
        "pull",
        "drift",
        "volatility",
        "half_life",
        "match",
        "lag",
        "promise",
    }


def test_b16_the_queue_is_finite_at_every_utilisation_of_the_registry():
    entry = dict(registry(Staff))["utilisation"]
    assert 0.0 < entry.low < entry.high < 1.0


def test_b16_engagement_has_no_number_for_the_freedom_to_decide(plain):
    # one effect of it, on cases that are solved at once, is enough; another would count it twice
    assert {path for path, _ in registry(Staff) if path.startswith("engagement")} == {
        "engagement",
        "engagement_half_life",
    }
    with pytest.raises(ConfigurationError, match=r"staff\.empowerment"):
        plain.replace({"staff.empowerment": 0.1})
    assert "empowered" not in {item.name for item in fields(Policy)}


def test_b14_the_prior_of_the_published_shifts_is_the_usual_interest():
    # East, Hammond and Lomax 2008: shifts of +0.20 and -0.11 at about 0.35
    assert Market().interest == 0.35


def test_market_and_staff_are_part_of_a_scenario(plain):
    changed = plain.replace(
        {"market.rival.match": 0.9, "staff.turnover": 0.6, "network.degree": 4, "market.prospects": 2.0}
    )
    assert changed.market.rival.match == 0.9
    assert changed.staff.turnover == 0.6
    assert changed.network.degree == 4
    assert changed.rows == 3 * changed.customers.count


@pytest.mark.parametrize(
    "change",
    [
        {"market.rival.match": 1.1},
        {"market.rival.pull": 6.5},
        {"market.interest": 0.0},
        {"staff.utilisation": 1.0},
        {"staff.turnover": -0.1},
        {"network.degree": 1},
    ],
)
def test_numbers_outside_their_range_are_refused(plain, change):
    (path,) = change
    with pytest.raises(ConfigurationError, match=path.replace(".", r"\.")):
        plain.replace(change)
