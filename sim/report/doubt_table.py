"""What drawn worlds say of the strategies, for the screen and as a tidy table."""

from typing import TYPE_CHECKING

from sim.language.words import Words, words
from sim.report.text import aligned
from sim.study.comparison import PRECISE, Comparison
from sim.study.doubt import Doubt

if TYPE_CHECKING:
    import pandas as pd

WORTH = "clv"
SHOWN = 3
"""Assumptions that are named at most."""


def doubt_table(comparison: Comparison, said: Words | None = None) -> str:
    """Return what the assumptions leave open; "" if no worlds were drawn.

    By strategy where its effects lie in 95 % of the worlds, in how many it is best, by how many stay
    and by what a customer is worth, in how many it pays for itself, and what is lost, on average and
    at worst, by choosing it where another one was best.

    Parameters
    ----------
    comparison
        What was compared.
    said
        The words of a language; English where they are left out.
    """
    said = said or words("en")
    doubt = comparison.doubt
    if doubt is None:
        return ""
    stays, worths = comparison.verdicts(PRECISE), comparison.verdicts(WORTH)
    own = (
        said.text(f"doubt.heading.{key}") for key in ("keeps_most", "earns_most", "pays", "lost", "at_worst")
    )
    shared = (said.text(f"comparison.{key}") for key in ("strategy", "more_stay", "heading.clv"))
    rows = [[*shared, *own]]
    for strategy in comparison.strategies:
        name = strategy.name
        base = name == comparison.baseline
        rows.append(
            [
                name,
                "" if base else said.limits(*_scaled(comparison.assumption_band(name, PRECISE), 100.0), 1),
                "" if base else said.limits(*comparison.assumption_band(name, WORTH), 0),
                said.number(100.0 * stays[name].best),
                said.number(100.0 * worths[name].best),
                "" if base else said.number(100.0 * worths[name].pays),
                said.number(worths[name].regret),
                said.number(worths[name].worst_regret),
            ]
        )
    parts = [
        said.text(
            "doubt.drawn",
            worlds=said.counted("doubt.worlds", len(doubt.draws)),
            assumptions=said.counted("doubt.assumptions", len(doubt.items)),
        ),
        aligned(rows, head=True, numbers=True),
        *_what_decides(comparison, len(doubt.draws), said),
    ]
    return "\n\n".join(parts)


def _scaled(limits: tuple[float, float], factor: float) -> tuple[float, float]:
    low, high = limits
    return factor * low, factor * high


def _what_decides(comparison: Comparison, worlds: int, said: Words) -> list[str]:
    """Return a line for each measure: which assumptions move the lead of the best strategy."""
    lines = []
    for metric, key in ((PRECISE, "keeps"), (WORTH, "earns")):
        found = comparison.verdicts(metric)
        first, *others = sorted(found, key=lambda name: found[name].regret)
        if not others:
            continue
        second = others[0]
        clear = [one for one in comparison.influences(first, metric, second) if one.clear][:SHOWN]
        named = ", ".join(f"{one.path} ({said.signed(one.correlation)})" for one in clear)
        reason = named or said.counted("doubt.none_stands_out", worlds)
        lines.append(said.text(f"doubt.{key}", first=f"'{first}'", second=f"'{second}'", reason=reason))
    return ["\n".join(lines)] if lines else []


def doubt_frame(doubt: Doubt) -> "pd.DataFrame":
    """Return the drawn worlds as a tidy table: world, strategy, values drawn, effects as simulated."""
    import pandas as pd

    parts = []
    for name in doubt.outcomes:
        part = pd.DataFrame(list(doubt.draws))
        part.insert(0, "strategy", name)
        part.insert(0, "world", range(len(doubt.draws)))
        effects = {metric: doubt.effects(name, metric) for metric in doubt.outcomes[doubt.baseline]}
        parts.append(pd.concat([part, pd.DataFrame(effects).add_prefix("difference.")], axis=1))
    return pd.concat(parts, ignore_index=True)
