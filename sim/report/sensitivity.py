"""Tables and figure of a study of what a decision hangs on."""

import math
from typing import Any

import numpy as np
import pandas as pd

from sim.report.figures import COLOURS
from sim.report.quantities import factor, shown, signed, unit
from sim.report.text import aligned
from sim.study.exploration.sensitivity import Sensitivity

SHOWN = 10
"""Assumptions on the screen and in the figure; the files hold all."""


def sensitivity_table(found: Sensitivity) -> str:
    """Return what the decisive difference hangs on, and what that means for each strategy."""
    scenario, metric = found.scenario, found.metric
    first, second = found.decisive
    head = [
        f"{scenario.title or scenario.name}: {scenario.customers.count:,} customers, "
        f"{scenario.time.horizon:g} years; {metric} decides",
        f"best in the world as it stands: '{first}', next '{second}': "
        f"{shown(metric, found.now((first, second)))} {unit(metric, scenario.economics.currency)} "
        f"({len(found.today)} replications)",
        f"{len(found.items)} assumptions moved over their ranges in {len(found.points):,} worlds, the same "
        f"{_seeds(found.screened.shape[1])} in each",
    ]
    return "\n\n".join(["\n".join(head), _assumptions(found), _strategies(found), _answer(found)])


def _seeds(number: int) -> str:
    return "seed" if number == 1 else f"{number} seeds"


def _assumptions(found: Sensitivity) -> str:
    pair, scale = found.decisive, factor(found.metric)
    shares = {share.path: share for share in found.shares(pair)}
    rows = [["assumption", "range", "moves it by", "up or down", "alone, % of variance", "in all, %"]]
    entries = {item.path: item.entry for item in found.items}
    for effect in found.effects(pair)[:SHOWN]:
        share = shares.get(effect.path)
        rows.append(
            [
                effect.path,
                entries[effect.path].range,
                f"{scale * effect.size:,.2f} ± {scale * effect.half_width:,.2f}",
                signed(scale * effect.mean),
                _percent(share.alone, share.alone_half_width) if share else "–",
                _percent(share.total, share.total_half_width) if share else "–",
            ]
        )
    measure = unit(found.metric, found.scenario.economics.currency)
    return (
        f"how far '{pair[0]}' less '{pair[1]}' in {found.metric} moves, {measure}, while an assumption goes "
        f"through its range (95 % intervals by bootstrap, each by itself):\n\n{aligned(rows, head=True)}"
    )


def _percent(value: float, half_width: float) -> str:
    return f"{100.0 * value:.0f} ± {100.0 * half_width:.0f}"


def _strategies(found: Sensitivity) -> str:
    scale = factor(found.metric)
    best = found.best_in()
    rows = [["strategy", "today", "best in % of worlds", "regret", "worst regret", "worst world", "luck %"]]
    for name in found.names:
        pair, regret = (name, found.baseline), found.regret(name)
        base = name == found.baseline
        luck = math.nan if base else found.luck(pair)
        rows.append(
            [
                name,
                "–" if base else shown(found.metric, found.now(pair)),
                f"{100.0 * best[name]:.0f}",
                f"{scale * regret.mean():,.2f}",
                f"{scale * regret.max():,.2f}",
                "–" if base else signed(scale * found.worst(name)[0]),
                "–" if math.isnan(luck) else f"{100.0 * luck:.0f}",
            ]
        )
    told = "luck is the share of the variance over worlds that more seeds would take away"
    if found.screened.shape[1] < 2:
        rows, told = [row[:-1] for row in rows], "seeds=2 would tell how much of all this is luck"
    return (
        f"in these worlds, differences to '{found.baseline}'; regret is what is lost against the best "
        f"strategy of a world; {told}:\n\n{aligned(rows, head=True, numbers=True)}"
    )


def _answer(found: Sensitivity) -> str:
    changes = 1.0 - found.best_in()[found.recommended]
    effects = found.effects(found.decisive)
    clear = [effect.path for effect in effects if effect.size - effect.half_width > 0.0][:3]
    hangs = f"it hangs most on {', '.join(clear)}." if clear else "no assumption moves it clearly."
    return (
        f"'{found.recommended}' is best today; in {100.0 * changes:.0f} % of the worlds another strategy is; "
        f"{hangs}"
    )


def effects_frame(found: Sensitivity) -> pd.DataFrame:
    """Return one row per difference and assumption: elementary effects, and indices where there are any."""
    rows = []
    for pair in found.pairs():
        shares = {share.path: share for share in found.shares(pair)}
        for effect in found.effects(pair):
            share = shares.get(effect.path)
            rows.append(
                {
                    "scenario": found.scenario.name,
                    "strategy": pair[0],
                    "against": pair[1],
                    "metric": found.metric,
                    "assumption": effect.path,
                    "mu_star": effect.size,
                    "mu_star_half_width": effect.half_width,
                    "mu": effect.mean,
                    "sigma": effect.spread,
                    "first_order": share.alone if share else math.nan,
                    "first_order_half_width": share.alone_half_width if share else math.nan,
                    "total_order": share.total if share else math.nan,
                    "total_order_half_width": share.total_half_width if share else math.nan,
                }
            )
    return pd.DataFrame(rows)


def strategies_frame(found: Sensitivity) -> pd.DataFrame:
    """Return one row per strategy: today, how often best, regret, worst case and share of luck."""
    rows = []
    best = found.best_in()
    for name in found.names:
        pair, regret = (name, found.baseline), found.regret(name)
        base = name == found.baseline
        now = found.now(pair)
        rows.append(
            {
                "scenario": found.scenario.name,
                "strategy": name,
                "metric": found.metric,
                "difference": now.mean,
                "difference_low": now.low,
                "difference_high": now.high,
                "recommended": name == found.recommended,
                "best_share": best[name],
                "regret": float(regret.mean()),
                "worst_regret": float(regret.max()),
                "worst_difference": 0.0 if base else found.worst(name)[0],
                "luck_share": math.nan if base else found.luck(pair),
            }
        )
    return pd.DataFrame(rows)


def worlds_frame(found: Sensitivity) -> pd.DataFrame:
    """Return one row per screened world: its assumptions and the metric of each strategy, mean over seeds."""
    columns = {item.path: found.points[:, place] for place, item in enumerate(found.items)}
    means = found.screened.mean(axis=1)
    columns |= {f"{found.metric}.{name}": means[:, place] for place, name in enumerate(found.names)}
    return pd.DataFrame(columns)


def sensitivity_figure(found: Sensitivity) -> Any:
    """Draw how far the decisive difference moves with each assumption, and what share each explains.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure

    pair, scale = found.decisive, factor(found.metric)
    effects = found.effects(pair)[:SHOWN][::-1]
    shares = {share.path: share for share in found.shares(pair)}
    figure = Figure(figsize=(12, 1.8 + 0.42 * len(effects)), layout="constrained")
    axes = figure.subplots(1, 2 if shares else 1, sharey=True, squeeze=False)[0]
    places = np.arange(len(effects))
    axes[0].barh(
        places,
        [scale * effect.size for effect in effects],
        xerr=[scale * effect.half_width for effect in effects],
        color=[COLOURS[2] if effect.mean >= 0.0 else COLOURS[1] for effect in effects],
        height=0.6,
    )
    axes[0].set_yticks(places, [effect.path for effect in effects])
    measure = unit(found.metric, found.scenario.economics.currency)
    axes[0].set_xlabel(f"moves it by, {measure} (blue: up with it, orange: down)")
    if shares:
        told = [(place, shares[effect.path]) for place, effect in enumerate(effects) if effect.path in shares]
        for shift, name, colour in ((0.15, "alone", COLOURS[3]), (-0.15, "total", COLOURS[4])):
            axes[1].errorbar(
                [100.0 * getattr(share, name) for _, share in told],
                [place + shift for place, _ in told],
                xerr=[100.0 * getattr(share, f"{name}_half_width") for _, share in told],
                color=colour,
                marker="o",
                linestyle="none",
                label={"alone": "alone", "total": "with all it takes part in"}[name],
            )
        axes[1].axvline(0.0, color=COLOURS[0], linewidth=0.8)
        axes[1].set_xlabel("share of the variance, %")
        handles, names = axes[1].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower right", ncols=2, frameon=False, fontsize=9)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6, axis="x")
    heading = figure.suptitle(
        f"{found.scenario.name}: what {pair[0]} less {pair[1]} in {found.metric} hangs on",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    for text in (heading, axes[0].xaxis.label, *axes[0].get_yticklabels()):
        text.set_parse_math(False)
    return figure
