"""The table of a comparison for the screen."""

import math
import textwrap
from collections.abc import Iterator

from sim.report.text import aligned
from sim.study.comparison import Comparison
from sim.study.statistics import Interval

COLUMNS = (
    # metric, heading, factor, decimals
    ("survival_rate", "stay %", 100.0, 1),
    ("retention_rate", "bought lately %", 100.0, 1),
    ("csat", "csat %", 100.0, 1),
    ("nps", "nps", 1.0, 0),
    ("promise_keep_rate", "kept %", 100.0, 1),
    ("complaint_rate", "complaints %", 100.0, 2),
    ("cost", "cost", 1.0, 2),
    ("clv", "clv", 1.0, 2),
    ("roi", "roi", 1.0, 1),
    ("reach", "reach %", 100.0, 0),
)


def comparison_table(comparison: Comparison) -> str:
    """Return the comparison as text: levels by strategy, then paired differences that decide.

    The second part gives for each strategy how many more customers stay and how much more a
    customer is worth than under the baseline, with 95 % intervals, and says in a word whether the
    interval leaves the sign open.
    """
    return "\n\n".join(_parts(comparison))


def provisional_tables(comparison: Comparison, planned: int, width: int) -> Iterator[str]:
    """Yield what can be said of a comparison that still runs, in forms from the fullest to the shortest.

    Parameters
    ----------
    comparison
        The replications so far.
    planned
        Replications in all, as far as known.
    width
        Columns of the screen; sentences are broken there, tables are not.
    """
    asked, done = comparison.precision, len(comparison.seeds)
    least = "at least " if asked is not None and planned <= asked.first else ""
    mark = f"PROVISIONAL, {done} of {least}{planned} replications"
    parts = [_broken(part, width) for part in _parts(comparison)]
    yield "\n\n".join([mark, *parts])
    others = _others(comparison)
    if others:
        rows = [row[:3] for row in _difference_rows(comparison, others)]
        yield "\n\n".join([mark, aligned(rows, head=True, numbers=True)])


def precision_lines(comparison: Comparison) -> str:
    """Return whether a precision was reached, by what, and what it promises; "" if none was asked for."""
    asked = comparison.precision
    if asked is None:
        return ""
    widths = comparison.half_widths()
    widest = max(widths, key=lambda name: widths[name])
    done, needed = len(comparison.seeds), comparison.replications_needed()
    wanted, known = (f"±{100.0 * width:.3g}" for width in (asked.half_width, widths[widest]))
    if needed > done:
        reached = (
            f"precision not reached: 'more stay' is known within {known} points ({widest}), not {wanted}; "
            f"that takes {needed:,} replications, and max_replications is {asked.most:,}."
        )
    else:
        called = (
            "the first stage was enough"
            if done == asked.first
            else f"the first {asked.first} called for them"
        )
        reached = (
            f"'more stay' is known within {wanted} points, as asked (at most {known}), "
            f"after {done:,} replications: {called}."
        )
    promise = "Each interval, by itself, holds the truth with 95 % where replications scatter normally."
    return f"{reached}\n{promise}"


def _parts(comparison: Comparison) -> list[str]:
    scenario = comparison.scenario
    head = ["strategy", *(heading for _, heading, _, _ in COLUMNS)]
    rows = [head]
    for strategy in comparison.strategies:
        row = [strategy.name]
        for metric, _, factor, decimals in COLUMNS:
            row.append(number_text(comparison.interval(strategy.name, metric).mean * factor, decimals))
        rows.append(row)
    parts = [
        f"{scenario.title or scenario.name}: {scenario.customers.count:,} customers, "
        f"{scenario.time.horizon:g} years, {len(comparison.seeds)} replications; "
        f"money in {scenario.economics.currency} per customer",
        aligned(rows, head=True, numbers=True),
    ]
    others = _others(comparison)
    if others:
        parts += [
            f"against {comparison.baseline}, same customers, same luck "
            "(95 % intervals over replications, each by itself):",
            aligned(_difference_rows(comparison, others), head=True, numbers=True),
            _answer(comparison, others),
        ]
    return parts


def _broken(part: str, width: int) -> str:
    """Return a sentence broken into lines; a table, which has several already, as it is."""
    return part if "\n" in part else textwrap.fill(part, width)


def _others(comparison: Comparison) -> list[str]:
    return [strategy.name for strategy in comparison.strategies if strategy.name != comparison.baseline]


def _difference_rows(comparison: Comparison, others: list[str]) -> list[list[str]]:
    rows = [["strategy", "more stay, points", "", "clv", ""]]
    for name in others:
        stay = _scaled(comparison.difference(name, "survival_rate"), 100.0)
        worth = comparison.difference(name, "clv")
        rows.append([name, interval_text(stay, 2), _verdict(stay), interval_text(worth, 2), _verdict(worth)])
    return rows


def _answer(comparison: Comparison, others: list[str]) -> str:
    """Return one sentence: which strategy keeps most and which earns most, where that is clear."""
    names = [comparison.baseline, *others]
    keeps = _leaders(comparison, names, "survival_rate")
    earns = _leaders(comparison, names, "clv")
    return f"keeps most customers: {_said(keeps)}; earns most: {_said(earns)}."


def _leaders(comparison: Comparison, names: list[str], metric: str) -> list[str]:
    """Return the strategies that lead in a metric: the first, and all whose paired interval to it holds 0."""
    ranked = sorted(names, key=lambda name: comparison.interval(name, metric).mean, reverse=True)
    leaders = [ranked[0]]
    for name in ranked[1:]:
        if not comparison.gap(ranked[0], name, metric).low > 0.0:
            leaders.append(name)
    return leaders


def _said(leaders: list[str]) -> str:
    if len(leaders) == 1:
        return f"'{leaders[0]}'"
    return f"no clear winner among {', '.join(leaders)}"


def _scaled(interval: Interval, factor: float) -> Interval:
    return Interval(*(factor * part for part in interval))


def _verdict(interval: Interval) -> str:
    if math.isnan(interval.low):
        return "one run: no interval"
    if interval.low > 0.0:
        return "more"
    if interval.high < 0.0:
        return "less"
    return "open"


def interval_text(interval: Interval, decimals: int) -> str:
    """Return a difference with its interval, signs and all; no interval where there is none."""
    if math.isnan(interval.low):
        return f"{interval.mean:+.{decimals}f}"
    return f"{interval.mean:+.{decimals}f} [{interval.low:+.{decimals}f}, {interval.high:+.{decimals}f}]"


def number_text(value: float, decimals: int) -> str:
    """Return a number, or a dash where there is none."""
    text = "–" if math.isnan(value) else f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text  # no minus before zero
