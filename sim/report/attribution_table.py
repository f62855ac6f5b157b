"""The table of what each lever brings."""

import math

from sim.report.text import aligned
from sim.study.attribution.study import Attribution
from sim.study.metrics import METRICS
from sim.study.statistics import Interval


def attribution_table(found: Attribution) -> str:
    """Return the shares as text: per metric what each lever brings, the largest first, and the whole."""
    scenario = found.scenario
    parts = [
        f"{scenario.title or scenario.name}: what the levers of '{found.strategy.name}' bring over "
        f"'{found.baseline.name}', {scenario.customers.count:,} customers, {scenario.time.horizon:g} years, "
        f"{len(found.seeds)} replications, same customers, same luck"
    ]
    for metric in found.metrics:
        parts += [
            heading(metric, scenario.economics.currency),
            aligned(_rows(found, metric), head=True, numbers=True),
        ]
    parts.append(_how(found))
    return "\n\n".join(parts)


def heading(metric: str, currency: str) -> str:
    """Return the name of a metric with the unit in which it is shown."""
    unit = METRICS[metric].unit
    if unit == "share":
        return f"{metric}, points of 100"
    return f"{metric}, {unit.replace('currency', currency)}"


def scale(metric: str) -> float:
    """Return the factor with which a metric is shown."""
    return 100.0 if METRICS[metric].unit == "share" else 1.0


def ranked(found: Attribution, metric: str) -> list[str]:
    """Return the parts by what they bring, the largest first."""
    return sorted(found.players, key=lambda name: -float(found.values(name, metric).mean()))


def _rows(found: Attribution, metric: str) -> list[list[str]]:
    factor = scale(metric)
    rows = [["lever", "brings", "", "", "% of the whole", ""]]
    for player in ranked(found, metric):
        interval = found.interval(player, metric)
        part = found.part(player, metric)
        rows.append([player, *_cells(interval, factor), *_percent(part)])
    rows.append(
        ["whole strategy", *_cells(found.effect(metric), factor), "100" if _clear(found, metric) else "–", ""]
    )
    return rows


def _clear(found: Attribution, metric: str) -> bool:
    whole = found.effect(metric)
    return whole.low > 0.0 or whole.high < 0.0


def _cells(interval: Interval, factor: float) -> list[str]:
    mean, low, high = (factor * value for value in interval)
    if math.isnan(low):
        return [f"{mean:+,.2f}", "", "one run: no interval"]
    verdict = "more" if low > 0.0 else "less" if high < 0.0 else "nothing" if low == high == 0.0 else "open"
    return [f"{mean:+,.2f}", f"[{low:+,.2f}, {high:+,.2f}]", verdict]


def _percent(part: Interval) -> list[str]:
    if math.isnan(part.mean):
        return ["–", ""]
    shown = f"{100.0 * part.mean:.0f}"
    return [shown, "" if math.isnan(part.low) else f"[{100.0 * part.low:.0f}, {100.0 * part.high:.0f}]"]


def _how(found: Attribution) -> str:
    if found.pairs is None:
        how = f"exact: all {2 ** len(found.players):,} sets of levers on and off, on every seed."
    else:
        how = (
            f"sampled: every replication draws {2 * found.pairs} orders of its own in which the levers are "
            "switched on; the intervals hold the error of that too."
        )
    return (
        f"Shapley shares, {how}\n"
        "They add up to the whole. 95 % intervals over replications, those of the levers of a metric "
        "together (Bonferroni)."
    )
