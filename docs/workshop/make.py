"""Make the workshop guides; ``python docs/workshop/make.py`` runs all that they tell of.

The text stands in ``guide.<language>.in.md``, with names of numbers in braces; what was measured in
``numbers.csv``. With ``--text`` the numbers are taken from there, and only the text is made anew.
"""

import csv
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import sim
from sim.language.words import LANGUAGES, words
from sim.study.statistics import Interval, paired_interval

HERE = Path(__file__).resolve().parent
NUMBERS = HERE / "numbers.csv"
CUSTOMERS, REPLICATIONS, SEED = 2000, 12, 1
SLOW = {"service.delivery.median": 27.0, "service.delivery.quote": 43.0}
"""A slower firm that says so: five minutes more, and a quoted time that is kept as often as today."""
STRAINED = {"service.delivery.median": 27.0}
"""The same firm that goes on quoting and promising as if nothing had happened."""

EASY = {
    "commitments.delivery.threshold": 35.0,
    "commitments.delivery.payout": 0.5,
    "recovery.response_target": 0.5,
    "recovery.apology": 0.8,
    "recovery.empowerment": 400.0,
    "recovery.cost_per_case": 40.0,
}
"""What solves the task of the groups: a promise that is easy to keep, and the levers of fast recovery."""

Numbers = Mapping[str, Interval]


def measured(customers: int = CUSTOMERS, replications: int = REPLICATIONS) -> dict[str, Interval]:
    """Return every number of the guides with its 95 % interval; shares in points of 100."""
    scenario = sim.load_scenario("courier").replace({"customers.count": customers})
    names = ["baseline", "over_promise", "guarantee", "fast_recovery", "loyalty_points", "combined"]
    strategies = sim.load_strategies(names, scenario)
    guarantee = strategies[2]
    free = {"commitments.delivery.payout": 0.0, "commitments.delivery.automatic": False}
    strategies += [
        guarantee.replace({"name": "half_back", "commitments.delivery.payout": 0.5}),
        guarantee.replace({"name": "word_only", **free}),
        guarantee.replace({"name": "easy", **EASY}),
    ]
    today = sim.compare(scenario, strategies, replications, SEED)
    found: dict[str, Interval] = {}
    for name in ("survival_rate", "csat", "promise_keep_rate"):
        found[f"baseline.{name}"] = _scaled(today.interval("baseline", name), 100.0)
    for strategy in strategies[1:]:
        _add(found, strategy.name, today, strategy.name)
    slow = sim.compare(scenario.replace(SLOW), strategies[:1], replications, SEED)
    for name, factor in (("survival_rate", 100.0), ("csat", 100.0), ("clv", 1.0)):
        apart = paired_interval(slow.values("baseline", name), today.values("baseline", name))
        found[f"slow.{name}"] = _scaled(apart, factor)
    found["slow.kept"] = _scaled(slow.interval("baseline", "promise_keep_rate"), 100.0)
    strained = sim.compare(scenario.replace(STRAINED), [strategies[0], guarantee], replications, SEED)
    _add(found, "strained", strained, "guarantee")
    alone = sim.compare(
        scenario.replace({"mechanisms.rival_answer": False}),
        [strategies[0], strategies[4]],
        replications,
        SEED,
    )
    _add(found, "points_alone", alone, "loyalty_points")
    return found


def _add(found: dict[str, Interval], key: str, comparison: sim.Comparison, strategy: str) -> None:
    for name, factor in (("survival_rate", 100.0), ("csat", 100.0), ("clv", 1.0), ("cost", 1.0)):
        found[f"{key}.{name}"] = _scaled(comparison.difference(strategy, name), factor)
    found[f"{key}.kept"] = _scaled(comparison.interval(strategy, "keep_rate.delivery"), 100.0)


def _scaled(interval: Interval, factor: float) -> Interval:
    return Interval(*(factor * part for part in interval))


def read() -> dict[str, Interval]:
    """Return the numbers as they were measured last."""
    with NUMBERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["number"]: Interval(*(float(row[part]) for part in ("mean", "low", "high"))) for row in rows}


def write(numbers: Numbers) -> None:
    """Keep the numbers, to four decimals."""
    with NUMBERS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("number", "mean", "low", "high"))
        writer.writerows((name, *(f"{part:.4f}" for part in interval)) for name, interval in numbers.items())


def guide(language: str, numbers: Numbers) -> str:
    """Return the guide in a language with its numbers.

    In the text ``{name}`` is a difference with its interval, ``{name|level}`` a plain number.
    """
    said = words(language)

    def number(place: re.Match[str]) -> str:
        name, _, form = place.group(1).partition("|")
        interval = numbers[name]
        decimals = 0 if name.endswith((".clv", ".cost")) else 1
        return said.number(interval.mean, decimals) if form == "level" else said.interval(interval, decimals)

    text = (HERE / f"guide.{language}.in.md").read_text(encoding="utf-8")
    return re.sub(r"\{([\w.|]+)\}", number, text)


def main(arguments: list[str]) -> None:
    """Measure, unless only the text is to be made anew, and write the guides."""
    if "--text" not in arguments:
        write(measured())
    for language in LANGUAGES:
        target = HERE / f"guide.{language}.md"
        target.write_text(guide(language, read()), encoding="utf-8")
        print(target.name)


if __name__ == "__main__":
    main(sys.argv[1:])
