"""The tables of who gains by a strategy and whom it harms."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.text import aligned
from sim.study.who.effects import MARGIN, IndividualEffects, Share

if TYPE_CHECKING:
    import pandas as pd

MOST_TRAITS = 8


def who_table(found: IndividualEffects) -> str:
    """Return who gains and who is harmed as text: points of the chance to stay, shares of customers in %."""
    scenario = found.scenario
    mean, spread = found.mean(), found.spread()
    parts = [
        f"{scenario.title or scenario.name}: what '{found.strategy.name}' does to the chance to stay of each "
        f"of {len(found.people):,} customers over {scenario.time.horizon:g} years, against "
        f"'{found.baseline.name}', over {len(found.lucks):,} lucks ({found.luck} by both worlds)",
        f"mean effect {_points(mean.mean)} points {_limits(mean.low, mean.high)}; customers differ by "
        f"{100.0 * spread.true:.1f} points (standard deviation; {100.0 * spread.measured:.1f} as measured, "
        f"{100.0 * spread.noise:.1f} of luck alone)",
        f"by more than {100.0 * MARGIN:g} points, % of customers (limits with 95 % each):",
        aligned(
            [
                ["", "at least", "at most", "counted, with the noise"],
                _share("harmed", found.harmed()),
                _share("gaining", found.gaining()),
            ],
            head=True,
            numbers=True,
        ),
        "distribution over customers, points:",
        _quantiles(found.quantiles()),
        "by tenth, ranked in one half of the lucks and measured in the other, points:",
        _effects(found.tenths(), "tenth"),
        "by segment, points (95 % together):",
        _effects(found.segments(), "segment"),
        "by trait, points in the thirds of it (95 % together, the strongest first):",
        _traits(found.traits()),
        f"groups of uplift, % of customers: bounds for any luck, and sizes under {found.luck} luck",
        _groups(found.groups()),
    ]
    apart = found.spillover()
    if apart is not None:
        parts += ["direct effect and spillover, points (a random half treated):", _effects(apart, "part")]
    parts += [
        "kept per 100 customers treated, where only some can be, chosen by uplift or by risk:",
        _targeting(found.targeting(), scenario.economics.currency),
    ]
    return "\n\n".join(parts)


def _points(value: float) -> str:
    return f"{100.0 * value:+.2f}"


def _limits(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"[{_points(low)}, {_points(high)}]"


def _share(name: str, share: Share) -> list[str]:
    return [name, *(f"{100.0 * part:.1f}" for part in (share.at_least, share.at_most, share.counted))]


def _quantiles(table: "pd.DataFrame") -> str:
    rows: list[Sequence[str]] = [["quantile", *(f"{100.0 * part:g} %" for part in table["quantile"])]]
    rows.append(["without the noise", *(_points(value) for value in table["without_noise"])])
    rows.append(["as measured", *(_points(value) for value in table["measured"])])
    return aligned(rows, head=True, numbers=True)


def _effects(table: "pd.DataFrame", name: str) -> str:
    rows = [[name, "effect", ""]]
    for row in table.to_dict("records"):
        rows.append([str(row[name]), _points(row["effect"]), _limits(row["low"], row["high"])])
    return aligned(rows, head=True, numbers=True)


def _traits(table: "pd.DataFrame") -> str:
    rows = [["trait", "lowest", "middle", "highest", "highest less lowest", ""]]
    for row in table.head(MOST_TRAITS).to_dict("records"):
        middle = "" if math.isnan(row["middle"]) else _points(row["middle"])
        limits = _limits(row["low"], row["high"])
        thirds = [_points(row["lowest"]), middle, _points(row["highest"])]
        rows.append([str(row["trait"]), *thirds, _points(row["contrast"]), limits])
    return aligned(rows, head=True, numbers=True)


def _groups(table: "pd.DataFrame") -> str:
    rows = [["group", "at least", "at most", f"under {table['luck'].iloc[0]} luck", ""]]
    for row in table.to_dict("records"):
        cells = [f"{100.0 * row[name]:.1f}" for name in ("lowest", "highest", "share")]
        limits = "" if math.isnan(row["low"]) else f"[{100.0 * row['low']:.1f}, {100.0 * row['high']:.1f}]"
        rows.append([str(row["group"]), *cells, limits])
    return aligned(rows, head=True, numbers=True)


def _targeting(table: "pd.DataFrame", currency: str) -> str:
    rows = [
        ["treated", "by uplift", "by risk", "at random", "uplift less risk", "", f"{currency}: by uplift",
         "by risk", "by worth", "at random"]
    ]  # fmt: skip
    for row in table.to_dict("records"):
        money = [f"{row[f'value_{name}']:,.0f}" for name in ("by_uplift", "by_risk", "by_value", "at_random")]
        kept = [_points(row[name]) for name in ("by_uplift", "by_risk", "at_random", "more")]
        rows.append([f"{100.0 * row['budget']:g} %", *kept, _limits(row["low"], row["high"]), *money])
    return aligned(rows, head=True, numbers=True)
