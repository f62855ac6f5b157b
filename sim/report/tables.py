"""The table of a comparison for the screen."""

import math
import textwrap
from collections.abc import Iterator

from sim.language.words import Words, words
from sim.report.text import aligned
from sim.study.comparison import Comparison
from sim.study.statistics import Interval

COLUMNS = (
    # metric, factor, decimals; headings stand with the words
    ("survival_rate", 100.0, 1),
    ("retention_rate", 100.0, 1),
    ("csat", 100.0, 1),
    ("nps", 1.0, 0),
    ("promise_keep_rate", 100.0, 1),
    ("complaint_rate", 100.0, 2),
    ("cost", 1.0, 2),
    ("clv", 1.0, 2),
    ("roi", 1.0, 1),
    ("reach", 100.0, 0),
)


def comparison_table(comparison: Comparison, said: Words | None = None) -> str:
    """Return the comparison as text: levels by strategy, then paired differences that decide.

    The second part gives for each strategy how many more customers stay and how much more a
    customer is worth than under the baseline, with 95 % intervals, and says in a word whether the
    interval leaves the sign open.

    Parameters
    ----------
    comparison
        What was compared.
    said
        The words of a language; English where they are left out.
    """
    return "\n\n".join(_parts(comparison, said or words("en")))


def provisional_tables(
    comparison: Comparison, planned: int, width: int, said: Words | None = None
) -> Iterator[str]:
    """Yield what can be said of a comparison that still runs, in forms from the fullest to the shortest.

    Parameters
    ----------
    comparison
        The replications so far.
    planned
        Replications in all, as far as known.
    width
        Columns of the screen; sentences are broken there, tables are not.
    said
        The words of a language; English where they are left out.
    """
    said = said or words("en")
    asked, done = comparison.precision, len(comparison.seeds)
    at_least = "_at_least" if asked is not None and planned <= asked.first else ""
    mark = said.text(f"comparison.provisional{at_least}", done=done, planned=planned)
    parts = [_broken(part, width) for part in _parts(comparison, said)]
    yield "\n\n".join([mark, *parts])
    others = _others(comparison)
    if others:
        rows = [row[:3] for row in _difference_rows(comparison, others, said)]
        yield "\n\n".join([mark, aligned(rows, head=True, numbers=True)])


def precision_lines(comparison: Comparison, said: Words | None = None) -> str:
    """Return whether a precision was reached, by what, and what it promises; "" if none was asked for."""
    said = said or words("en")
    asked = comparison.precision
    if asked is None:
        return ""
    widths = comparison.half_widths()
    widest = max(widths, key=lambda name: widths[name])
    done, needed = len(comparison.seeds), comparison.replications_needed()
    wanted, known = (f"±{_digits(said, 100.0 * width)}" for width in (asked.half_width, widths[widest]))
    if needed > done:
        reached = said.text(
            "comparison.precision_missed",
            known=known,
            strategy=widest,
            wanted=wanted,
            needed=said.number(needed),
            most=said.number(asked.most),
        )
    else:
        first = done == asked.first
        why = said.text(f"comparison.precision_{'first' if first else 'later'}", first=asked.first)
        reached = said.text(
            "comparison.precision_reached", wanted=wanted, known=known, done=said.number(done), why=why
        )
    return f"{reached}\n{said.text('comparison.precision_promise')}"


def _digits(said: Words, value: float) -> str:
    return f"{value:.3g}".replace(".", said.decimal)


def _parts(comparison: Comparison, said: Words) -> list[str]:
    scenario = comparison.scenario
    head = [said.text("comparison.strategy")]
    rows = [head + [said.text(f"comparison.heading.{metric}") for metric, _, _ in COLUMNS]]
    for strategy in comparison.strategies:
        row = [strategy.name]
        for metric, factor, decimals in COLUMNS:
            row.append(said.number(comparison.interval(strategy.name, metric).mean * factor, decimals))
        rows.append(row)
    parts = [
        said.text(
            "comparison.title",
            title=said.title(scenario),
            customers=said.number(scenario.customers.count),
            years=said.counted("comparison.years", scenario.time.horizon),
            replications=said.counted("comparison.replications", len(comparison.seeds)),
            currency=scenario.economics.currency,
        ),
        aligned(rows, head=True, numbers=True),
    ]
    others = _others(comparison)
    if others:
        parts += [
            said.text("comparison.against", baseline=comparison.baseline),
            aligned(_difference_rows(comparison, others, said), head=True, numbers=True),
            _answer(comparison, others, said),
        ]
    return parts


def _broken(part: str, width: int) -> str:
    """Return a sentence broken into lines; a table, which has several already, as it is."""
    return part if "\n" in part else textwrap.fill(part, width)


def _others(comparison: Comparison) -> list[str]:
    return [strategy.name for strategy in comparison.strategies if strategy.name != comparison.baseline]


def _difference_rows(comparison: Comparison, others: list[str], said: Words) -> list[list[str]]:
    clv = said.text("comparison.heading.clv")
    rows = [[said.text("comparison.strategy"), said.text("comparison.more_stay"), "", clv, ""]]
    for name in others:
        stay = _scaled(comparison.difference(name, "survival_rate"), 100.0)
        worth = comparison.difference(name, "clv")
        rows.append([name])
        for difference in (stay, worth):
            rows[-1] += [said.interval(difference), said.text(f"comparison.{verdict(difference)}")]
    return rows


def _answer(comparison: Comparison, others: list[str], said: Words) -> str:
    """Return one sentence: which strategy keeps most and which earns most, where that is clear."""
    names = [comparison.baseline, *others]
    keeps, earns = (_said(leaders(comparison, names, metric), said) for metric in ("survival_rate", "clv"))
    return said.text("comparison.answer", keeps=keeps, earns=earns)


def leaders(comparison: Comparison, names: list[str], metric: str) -> list[str]:
    """Return the strategies that lead in a metric: the first, and all whose paired interval to it holds 0."""
    ranked = sorted(names, key=lambda name: comparison.interval(name, metric).mean, reverse=True)
    leaders = [ranked[0]]
    for name in ranked[1:]:
        if not comparison.gap(ranked[0], name, metric).low > 0.0:
            leaders.append(name)
    return leaders


def _said(names: list[str], said: Words) -> str:
    if len(names) == 1:
        return f"'{names[0]}'"
    return said.text("comparison.no_winner", names=", ".join(names))


def _scaled(interval: Interval, factor: float) -> Interval:
    return Interval(*(factor * part for part in interval))


def verdict(difference: Interval) -> str:
    """Return in a word what an interval says of a difference: more, less, open or one_run."""
    if math.isnan(difference.low):
        return "one_run"
    if difference.low > 0.0:
        return "more"
    return "less" if difference.high < 0.0 else "open"
