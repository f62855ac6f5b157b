"""What strategies cost and bring: tables for the screen and for files, and the cash curves."""

import math
from typing import TYPE_CHECKING, Any

from sim.report.figures import COLOURS, DASHES
from sim.report.text import aligned
from sim.study.decision.money import SINGLE, Account, Money
from sim.study.statistics import Interval, band
from sim.world.scenario import DAYS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd


def money_table(found: Money) -> str:
    """Return the accounts as text: what pays and what it would take, then revenue, points and service."""
    scenario = found.comparison.scenario
    head = ["strategy", "keeps, points", "pays if it keeps", "cost", "margin", "net", "paid back, month"]
    rows = [head]
    for one in found.accounts.values():
        rows.append(
            [
                _called(one),
                _points(one.keeps),
                _break_even(one),
                _money(one.cost),
                _money(one.margin),
                _money(one.net),
                _months(one.paid_back),
            ]
        )
    other = [["strategy", "revenue", "of it more than without", "owed for points", "cost to serve, a year"]]
    for one in found.accounts.values():
        other.append(
            [
                _called(one),
                f"{one.revenue.mean:,.0f}",
                _money(one.more_revenue),
                f"{one.liability.mean:,.0f}",
                f"{one.cost_to_serve.mean:,.0f}",
            ]
        )
    worth = found.worth
    said = (
        f"a kept customer is worth {worth.mean:,.0f} {scenario.economics.currency} over "
        f"{scenario.time.horizon:g} years [{worth.low:,.0f}, {worth.high:,.0f}]"
        if worth.low > 0.0
        else "a kept customer is not clearly worth anything here: no lever can pay by keeping customers"
    )
    return "\n\n".join(
        [
            f"{scenario.title or scenario.name}: money in {scenario.economics.currency} per customer at the "
            f"start, against {found.comparison.baseline}, {len(found.comparison.seeds)} replications, "
            "95 % intervals",
            f"{said}.",
            aligned(rows, head=True, numbers=True),
            "cost and margin are discounted; 'pays if it keeps' counts customers who stay and nothing else a "
            "strategy brings, 'net' counts all of it over the horizon.",
            aligned(other, head=True, numbers=True),
        ]
    )


def _called(account: Account) -> str:
    """Return the name of a strategy, or of a single lever set below the strategy it is of."""
    whole, alone, lever = account.name.partition(SINGLE)
    return f"  {lever}" if alone else whole


def _points(interval: Interval) -> str:
    mean, low, high = (100.0 * part for part in interval)
    return f"{mean:+.2f} [{low:+.2f}, {high:+.2f}]"


def _break_even(account: Account) -> str:
    if math.isnan(account.breaks_even.mean):
        return "–"
    return f"{100.0 * account.breaks_even.mean:.2f}" if account.breaks_even.mean > 0.0 else "anyway"


def _money(interval: Interval) -> str:
    return f"{interval.mean:+,.0f} [{interval.low:+,.0f}, {interval.high:+,.0f}]"


def _months(interval: Interval) -> str:
    def said(month: float) -> str:
        return "never" if math.isinf(month) else "at once" if month == 0.0 else f"{month:.0f}"

    if math.isnan(interval.low):
        return said(interval.mean)
    first, last = said(interval.low), said(interval.high)
    return said(interval.mean) if first == last else f"{said(interval.mean)} [{first}, {last}]"


def money_frame(found: Money) -> "pd.DataFrame":
    """Return the accounts as a tidy table: strategy, quantity, mean, ci_low, ci_high."""
    import pandas as pd

    quantities = [name for name in Account.__dataclass_fields__ if name not in ("name", "cash")]
    rows = [("", "worth_of_a_kept_customer", *found.worth)]
    rows += [(one.name, name, *getattr(one, name)) for one in found.accounts.values() for name in quantities]
    return pd.DataFrame(rows, columns=["strategy", "quantity", "mean", "ci_low", "ci_high"])


def cash_frame(found: Money) -> "pd.DataFrame":
    """Return the cash curves as a tidy table: strategy, month, mean, ci_low, ci_high."""
    import numpy as np
    import pandas as pd

    parts = []
    for one in found.accounts.values():
        mean, low, high = band(one.cash)
        months = _months_of(found, len(mean))
        table = {"month": months, "mean": mean, "ci_low": low, "ci_high": high}
        part = pd.DataFrame(table)
        part.insert(0, "strategy", one.name)
        parts.append(part)
    columns = ["strategy", "month", "mean", "ci_low", "ci_high"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(np.empty((0, 5)), columns=columns)


def _months_of(found: Money, ticks: int) -> Any:
    import numpy as np

    return np.arange(1, ticks + 1) * found.comparison.scenario.time.tick_days / (DAYS_PER_YEAR / 12.0)


def cash_figure(found: Money) -> Any:
    """Draw the cash curves of whole strategies: what they have brought since the start, against the baseline.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window; bands are 95 % intervals over replications.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    axis = figure.subplots()
    whole = [one for one in found.accounts.values() if SINGLE not in one.name]
    for place, one in enumerate(whole, start=1):
        mean, low, high = band(one.cash)
        months = _months_of(found, len(mean))
        colour = COLOURS[place % len(COLOURS)]
        axis.plot(months, mean, label=one.name, color=colour, linestyle=DASHES[place % len(DASHES)])
        if len(one.cash) > 1:
            axis.fill_between(months, low, high, color=colour, alpha=0.15, linewidth=0)
    axis.axhline(0.0, color=COLOURS[0], linewidth=0.8)
    axis.set_xlabel("months")
    axis.set_ylabel(f"{found.comparison.scenario.economics.currency} per customer at the start")
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(alpha=0.25, linewidth=0.6)
    heading = axis.set_title(
        f"Profit cumulated since the start, against {found.comparison.baseline}", fontsize=11, loc="left"
    )
    legend = axis.legend(frameon=False) if whole else None
    for text in (heading, axis.yaxis.label, *(legend.get_texts() if legend else ())):
        text.set_parse_math(False)  # names are text, whatever signs they hold
    return figure
