"""A scenario written from a posterior: medians, and for every value where it is from."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml

from sim.calibration.posterior import Posterior
from sim.calibration.records.names import safe_text
from sim.study.posterior_draws import JointDraws
from sim.study.resting import calibrate_reference
from sim.world.assumptions import assumptions
from sim.world.compatibility import check_compatible
from sim.world.description import Named, build, leaves, to_mapping
from sim.world.errors import ConfigurationError
from sim.world.scenario import DAYS_PER_YEAR, HOURS_PER_UNIT, Reference, Scenario

DIGITS = 6
"""Significant digits of the values that are written."""
CUSTOMERS, CYCLES, SEEDS = 8000, 3, (101, 102)
"""By which the reference state is found: its error is far below those of the data."""
OCCASIONS, FEWEST = 60_000, 500
"""Orders of a run for it, about, and customers, at least."""
SHORTEST, LONGEST = 0.25, 10.0
"""Years that it is looked for over."""
FROM_DATA, ASSUMED, COMPUTED = "from your data", "assumed", "computed"
UNIT = "service.delivery.unit"
IN_UNITS = ("median", "shortest", "longest", "quote", "half_value", "patience")
"""Times of the delivery process."""
HEADER = """\
# Written by tenure calibrate from the files named below; calibrate again rather than edit by hand.
# Where each value is from stands under `evidence`: "from your data", "from literature" or "assumed".
# The values from your data are medians of joint draws, which stand in {draws} beside this file; a run with
# assumptions=200 draws from them. What you change here is no longer drawn.
"""


def written_values(posterior: Posterior) -> dict[str, float]:
    """Return the medians as they are written, by path."""
    return {path: rounded(posterior.median(path)) for path in posterior.draws}


def rounded(value: float) -> float:
    """Return a number with as many digits as are written."""
    return float(f"{value:.{DIGITS}g}")


def joint_draws(posterior: Posterior) -> JointDraws:
    """Return the draws as they stand beside the scenario."""
    settled = tuple(path for path in posterior.draws if posterior.settled(path))
    return JointDraws(posterior.draws, written_values(posterior), settled)


def calibrated_scenario(
    base: Scenario, posterior: Posterior, name: str, files: str, known: tuple[str, ...] = ()
) -> Scenario:
    """Return a base scenario with the medians of a posterior, at rest.

    Parameters
    ----------
    base
        Gives all values that the data do not.
    posterior
        What the data say.
    name
        Of the new scenario.
    files
        What the data are, in a few words.
    known
        What is known of this world, a line each.

    Raises
    ------
    ConfigurationError
        If a median is not valid in the scenario.
    """
    scenario = world_of(base, posterior, name, files, known)
    reference = _reference(scenario, posterior)
    scenario = scenario.replace({f"reference.{key}": value for key, value in vars(reference).items()})
    evidence = evidence_of(scenario, base, posterior, files)
    return build(Scenario, {**to_mapping(scenario), "evidence": evidence}, "scenario")


def world_of(
    base: Scenario, posterior: Posterior, name: str, files: str = "", known: tuple[str, ...] = ()
) -> Scenario:
    """Return a base scenario with what is given and the medians of a posterior, wherever it rests.

    Parameters
    ----------
    base, posterior, name, files, known
        As for `calibrated_scenario`.

    Raises
    ------
    ConfigurationError
        If a median is not valid in the scenario.
    """
    values = to_mapping(base)
    given = {path: value for path, (value, _) in posterior.given.items()}
    other_unit = given.get(UNIT, base.service.delivery.unit) != base.service.delivery.unit
    if other_unit:
        _rescale(values["service"]["delivery"], str(given[UNIT]))
    for path, (value, _) in posterior.given.items():
        _set(values, path, value)
    for path, value in written_values(posterior).items():
        _set(values, path, value)
    values |= {"name": name, "posterior": "", "evidence": {}}
    values["titles"] = {"ru": f"свои клиенты, калибровка по данным {files}"}
    values["title"] = f"own customers, calibrated from {files}"
    values["known"] = list(known)
    values["assumed"] = [
        f"What the data do not say is as in '{base.name}': {base.title or 'the defaults of the registry'}."
    ]
    values["assumed"] += [
        f"Not settled by the data: {item.path} ({item.why})." for item in posterior.unsettled
    ]
    values["strategies"] = {}
    scenario = build(Scenario, values, "scenario")
    kept = {
        name: strategy
        for name, strategy in _fitting(base, scenario).items()
        if not (other_unit and strategy.commitments and strategy.commitments.delivery)
    }
    return replace(scenario, strategies=Named(kept))


def _reference(scenario: Scenario, posterior: Posterior) -> Reference:
    """Return where the baseline of a scenario rests over the time that the data are of.

    Exits were estimated over that time: over it the mean multiplier on them has to be 1.
    """
    years = observed_years(scenario, posterior)
    occasions = max(scenario.customers.orders.mean * years, 1.0)
    customers = int(min(max(OCCASIONS / occasions, FEWEST), CUSTOMERS))
    return calibrate_reference(scenario.replace({"time.horizon": years}), customers, CYCLES, SEEDS)


def observed_years(scenario: Scenario, posterior: Posterior) -> float:
    """Return the time that the data are of, years; not less than a renewal, nor than can be simulated."""
    years = float(posterior.manifest.get("observed_days", 0.0)) / DAYS_PER_YEAR
    return min(max(years, scenario.customers.contract.period / DAYS_PER_YEAR, SHORTEST), LONGEST)


def _rescale(delivery: dict[str, Any], unit: str) -> None:
    """Put the times of a delivery process into another unit: what the data do not say keeps its length."""
    factor = HOURS_PER_UNIT[delivery["unit"]] / HOURS_PER_UNIT[unit]
    for name in IN_UNITS:
        delivery[name] = rounded(delivery[name] * factor)


def _set(values: dict[str, Any], path: str, value: Any) -> None:
    place = values
    *parents, last = path.split(".")
    for part in parents:
        place = place[part]
    place[last] = value


def _fitting(base: Scenario, scenario: Scenario) -> Mapping[str, Any]:
    """Return the strategies of the base that can be carried out in the new world."""
    kept = {}
    for name, strategy in base.strategies.items():
        try:
            check_compatible(scenario, strategy)
        except ConfigurationError:
            continue
        kept[name] = strategy
    return kept


def evidence_of(
    scenario: Scenario, base: Scenario, posterior: Posterior, files: str
) -> dict[str, dict[str, str]]:
    """Return mark and source of every value of a scenario that was calibrated from a base."""
    of_base = {item.path: item for item in assumptions(base)}
    given = dict(_given(posterior))
    found: dict[str, dict[str, str]] = {}
    for item in assumptions(scenario):
        path = item.path
        if path.startswith("reference."):
            said = ("computed", f"{COMPUTED}: where the baseline of this scenario rests")
        elif path in posterior.draws:
            said = _of_draws(posterior, path, files)
        elif path in given:
            said = ("estimated", f"{FROM_DATA}: {given[path]}")
        else:
            said = _of_base(of_base.get(path, item), base)
        found[path] = {"mark": said[0], "source": said[1]}
    return found


def _given(posterior: Posterior) -> Iterator[tuple[str, str]]:
    """Yield the paths of values that were read off, with the reason; what a mapping leaves out is not."""
    for path, (value, reason) in posterior.given.items():
        if isinstance(value, Mapping):
            yield from ((below, reason) for below in leaves(value, path))
        else:
            yield path, reason


def _of_draws(posterior: Posterior, path: str, files: str) -> tuple[str, str]:
    if posterior.settled(path):
        return "estimated", f"{FROM_DATA}: {posterior.estimate(path).by}, {files}"
    return "design choice", f"{ASSUMED}, for your data do not settle it; drawn with what they settle"


def _of_base(item: Any, base: Scenario) -> tuple[str, str]:
    """Return mark and source of a value of the base; what was estimated for it was not for this firm."""
    if item.mark == "estimated":
        return "literature", f"from literature: estimated for '{base.name}', {item.source}"
    if item.mark == "literature":
        return "literature", f"from literature: {item.source}"
    source = "" if item.source == "design choice" else f", {item.source.removeprefix('design choice; ')}"
    return "design choice", f"{ASSUMED}: as in '{base.name}'{source}"


class _Dumper(yaml.SafeDumper):
    """Writes evidence a line each."""


class _Line(dict[str, str]):
    """A mapping that is written in one line."""


def _in_a_line(dumper: yaml.SafeDumper, value: _Line) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)


_Dumper.add_representer(_Line, _in_a_line)


def scenario_text(scenario: Scenario, draws: str) -> str:
    """Return a scenario as the text of its file.

    Parameters
    ----------
    scenario
        The scenario.
    draws
        Name of the file with the joint draws, beside it; "" if there are none.
    """
    plain = to_mapping(scenario)
    strategies = plain.pop("strategies")
    evidence = plain.pop("evidence")
    for key in ("name", "posterior"):
        plain.pop(key)
    if draws:
        plain["posterior"] = draws
    plain["evidence"] = {
        path: _Line(mark=item["mark"], source=safe_text(item["source"])) for path, item in evidence.items()
    }
    if strategies:
        plain["strategies"] = {name: _said(one) for name, one in strategies.items()}
    text = yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=math.inf)
    return HEADER.format(draws=draws or "no file") + text


def _said(strategy: Mapping[str, Any]) -> dict[str, Any]:
    """Return a strategy without its name and without levers that it does not pull."""

    def kept(value: Any) -> Any:
        if isinstance(value, Mapping):
            parts = {key: kept(part) for key, part in value.items()}
            return {key: part for key, part in parts.items() if part is not None and part != {}}
        return value

    return {key: value for key, value in kept(strategy).items() if key != "name"}
