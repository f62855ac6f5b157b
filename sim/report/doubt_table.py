"""What drawn worlds say of the strategies, for the screen and as a tidy table."""

from typing import TYPE_CHECKING

from sim.report.text import aligned
from sim.study.comparison import PRECISE, Comparison
from sim.study.doubt import Doubt

if TYPE_CHECKING:
    import pandas as pd

WORTH = "clv"
SHOWN = 3
"""Assumptions that are named at most."""


def doubt_table(comparison: Comparison) -> str:
    """Return what the assumptions leave open; "" if no worlds were drawn.

    By strategy where its effects lie in 95 % of the worlds, in how many it is best, by how many stay
    and by what a customer is worth, in how many it pays for itself, and what is lost, on average and
    at worst, by choosing it where another one was best.
    """
    doubt = comparison.doubt
    if doubt is None:
        return ""
    stays, worths = comparison.verdicts(PRECISE), comparison.verdicts(WORTH)
    rows = [
        [
            *("strategy", "more stay, points", "clv", "keeps most %", "earns most %", "pays %"),
            *("clv lost by choosing it", "at worst"),
        ]
    ]
    for strategy in comparison.strategies:
        name = strategy.name
        base = name == comparison.baseline
        rows.append(
            [
                name,
                "" if base else _band(comparison.assumption_band(name, PRECISE), 100.0, 1),
                "" if base else _band(comparison.assumption_band(name, WORTH), 1.0, 0),
                f"{100.0 * stays[name].best:.0f}",
                f"{100.0 * worths[name].best:.0f}",
                "" if base else f"{100.0 * worths[name].pays:.0f}",
                f"{worths[name].regret:,.0f}",
                f"{worths[name].worst_regret:,.0f}",
            ]
        )
    parts = [
        f"and in {len(doubt.draws)} worlds drawn over {len(doubt.items)} assumptions "
        "(where the effect lies in 95 % of them; more runs do not make this narrower):",
        aligned(rows, head=True, numbers=True),
        *_what_decides(comparison),
    ]
    return "\n\n".join(parts)


def _band(limits: tuple[float, float], factor: float, decimals: int) -> str:
    low, high = (factor * limit for limit in limits)
    return f"[{low:+,.{decimals}f}, {high:+,.{decimals}f}]"


def _what_decides(comparison: Comparison) -> list[str]:
    """Return a line for each measure: which assumptions move the lead of the best strategy."""
    lines = []
    for metric, said in ((PRECISE, "who keeps most"), (WORTH, "who earns most")):
        found = comparison.verdicts(metric)
        first, *others = sorted(found, key=lambda name: found[name].regret)
        if not others:
            continue
        second = others[0]
        clear = [one for one in comparison.influences(first, metric, second) if one.clear][:SHOWN]
        named = ", ".join(f"{one.path} ({one.correlation:+.2f})" for one in clear)
        reason = (
            named or f"none stands out in {len(comparison.doubt.draws) if comparison.doubt else 0} worlds"
        )
        lines.append(f"what decides {said}, '{first}' or '{second}': {reason}.")
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
