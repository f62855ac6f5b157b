"""Aggregates of a randomised e-mail, computed from its records; only what this prints is shipped.

python -m sim.evidence.hillstrom_aggregates FILE.csv
"""

import argparse
import csv
import gzip
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

ARMS: Mapping[str, str] = {"No E-Mail": "control", "Womens E-Mail": "mailed"}
"""Name of each arm in the records, and here; the third arm is not looked at."""

SINCE: Mapping[str, range] = {
    "everyone": range(1, 13),
    "bought 1 to 6 months ago": range(1, 7),
    "bought 7 to 12 months ago": range(7, 13),
}
"""Groups by months since the last purchase."""

DIGITS = 5
HEADER = """\
# Aggregates of a randomised e-mail to customers of a shop, 2008: what check C41 is held against.
#
# Origin: the E-Mail Analytics and Data Mining Challenge of Kevin Hillstrom, MineThatData (2008). Of the
# records, which name no licence, nothing is shipped but these sums; they are of the arm without an e-mail
# and of one of the two arms with one (womens' merchandise). The other arm was not looked at.
# Computed by `python -m sim.evidence.hillstrom_aggregates FILE.csv`.
#
# Shares and money per customer are of the two weeks after the e-mail; money is US dollars. The effect is
# that of the e-mail, with its standard error. The model never reads this file.
"""

Row = Mapping[str, str]


def read_rows(path: str) -> list[dict[str, str]]:
    """Return the records of a table, CSV, which may be compressed by gzip."""
    opener = gzip.open if Path(path).suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def aggregates(rows: Iterable[Row]) -> dict[str, Any]:
    """Return for each group by months since the last purchase what each arm did, and the effect."""
    known = [row for row in rows if row["segment"] in ARMS]
    found: dict[str, Any] = {}
    for group, months in SINCE.items():
        part = [row for row in known if int(row["recency"]) in months]
        arms = {name: [row for row in part if row["segment"] == label] for label, name in ARMS.items()}
        found[group] = {name: summary(arm) for name, arm in arms.items()}
        found[group]["effect"] = {
            what: effect(arms["control"], arms["mailed"], what) for what in ("visit", "conversion", "spend")
        }
    return found


def summary(rows: list[Row]) -> dict[str, float]:
    """Return number, shares who visit and buy, and spending per customer of some records."""
    shares = {what: rounded(mean_and_variance(rows, what)[0]) for what in ("visit", "conversion", "spend")}
    return {"customers": len(rows), **shares}


def effect(control: list[Row], mailed: list[Row], what: str) -> dict[str, float]:
    """Return the difference of two arms in a column and its standard error (Neyman 1923)."""
    before, spread_before = mean_and_variance(control, what)
    after, spread_after = mean_and_variance(mailed, what)
    error = math.sqrt(spread_before / len(control) + spread_after / len(mailed))
    return {"difference": rounded(after - before), "standard_error": rounded(error)}


def mean_and_variance(rows: list[Row], what: str) -> tuple[float, float]:
    """Return mean and variance of a column."""
    values = [float(row[what]) for row in rows]
    mean = math.fsum(values) / len(values)
    return mean, math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def rounded(value: float) -> float:
    """Return a number with five decimals."""
    return round(value, DIGITS)


def main() -> None:
    """Print the aggregates of the table named on the command line, as YAML."""
    parser = argparse.ArgumentParser(description="Aggregates of the e-mail test, as YAML.")
    parser.add_argument("file", help="table of customers, CSV, may be compressed")
    arguments = parser.parse_args()
    found = aggregates(read_rows(arguments.file))
    print(HEADER + yaml.safe_dump(found, sort_keys=False, width=110), end="")


if __name__ == "__main__":
    main()
