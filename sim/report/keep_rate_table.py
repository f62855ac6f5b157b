"""The tables of the study of the critical keep-rate: for the screen, and tidy for files."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.report.text import aligned
from sim.study.keep_rate.critical import ALWAYS, NEVER
from sim.study.keep_rate.design import MAIN, WORD_ALONE, kept_today
from sim.study.keep_rate.promise import own_promise
from sim.study.keep_rate.study import MEASURES, Curve, KeepRates
from sim.study.keep_rate.yardsticks import CHAINED, Chain, chain_of, neutral_rate
from sim.study.statistics import mean_interval

ANY = "any rate"
"""Said of a promise that does good at every rate that was tried."""
NONE = "no rate"
"""Said of a promise that does good at no rate, or only where it is kept less often."""


def state(rate: float) -> str:
    """Return in words what a critical rate says."""
    if np.isnan(rate):
        return "no effect"
    if rate == ALWAYS:
        return ANY
    return NONE if rate == NEVER else "turns"


def said(rate: float) -> str:
    """Return a critical rate as text: a number, or what stands in its place."""
    return f"{rate:.3f}" if np.isfinite(rate) else state(rate)


def keep_rate_table(results: Sequence[KeepRates], seed: int) -> str:
    """Return the study as text: per scenario the critical rates, their region, and the yardsticks.

    Parameters
    ----------
    results
        What the study found.
    seed
        Of the resampling behind the intervals.
    """
    return "\n\n\n".join(_scenario_text(result, seed) for result in results)


def _scenario_text(result: KeepRates, seed: int) -> str:
    scenario, own = result.scenario, own_promise(result.scenario)
    seeds = result.curves[0].base.shape[1]
    rows = [["promise", *MEASURES]]
    for curve in result.curves:
        rows.append([curve.variant.name, *(_cell(curve, measure, seed) for measure in MEASURES)])
    paid = f"pays {own.payout:g} of the price where it is broken" if own.payout else "pays nothing"
    lines = [
        f"{scenario.title or scenario.name}: delivery within {own.threshold:g} "
        f"{scenario.service.delivery.unit}, {paid}; "
        f"the process keeps it for {100.0 * kept_today(scenario):.0f} of 100 orders today",
        f"how often it has to be kept to do good, by what is asked ({scenario.customers.count:,} customers, "
        f"{seeds} seeds, 95 % intervals of luck):",
        "",
        aligned(rows, head=True),
        "",
        *_region_lines(result),
        *_yardstick_lines(result),
    ]
    return "\n".join(lines)


def _cell(curve: Curve, measure: str, seed: int) -> str:
    rate = curve.critical(measure)
    low, high = curve.interval(measure, seed)
    if np.isnan(low) or low == high:
        return said(rate)
    return f"{said(rate)} [{said(low)}, {said(high)}]"


def _region_lines(result: KeepRates) -> list[str]:
    lines: list[str] = []
    for name, draws in result.draws.items():
        lines.append(f"{name}, with assumptions drawn over their ranges ({len(draws.assumptions)} draws):")
        rows = []
        for measure in MEASURES:
            region = draws.region(measure)
            rows.append(
                [
                    f"  {measure}",
                    f"four in five from {said(region.low)} to {said(region.high)}",
                    f"median {said(region.middle)}",
                    f"{NONE} does in {100.0 * region.never:.0f} %",
                    f"{ANY} does in {100.0 * region.always:.0f} %",
                ]
            )
        lines.append(aligned(rows))
        place = int(np.argmin(np.abs(draws.rates.mean(axis=0) - kept_today(result.scenario))))
        for measure in ("trust", "retention"):
            found = draws.drivers(measure, place)[:3]
            if found:
                named = ", ".join(
                    f"{path.removeprefix('behaviour.')} ({value:+.2f})" for path, value in found
                )
                lines.append(f"  the effect on {measure} near today's rate goes with {named}")
        lines.append("")
    return lines


def _yardstick_lines(result: KeepRates) -> list[str]:
    lines = ["simpler reasoning:"]
    for curve in result.main:
        if not curve.variant.quoted:
            neutral = neutral_rate(result.scenario, curve)
            balance = f"at {neutral:.3f}" if np.isfinite(neutral) else "at none of the rates swept"
            lines.append(
                f"  {curve.variant.name}: gains and losses of trust balance {balance}; "
                f"simulated {said(curve.critical('trust'))}"
            )
        chain = chain_of(result.scenario, curve)
        if chain is None:
            lines.append(f"  {curve.variant.name}: nothing to fit Rust and Zahorik's chain to")
            continue
        lines += [f"  {curve.variant.name}: {_chain_line(chain, name, curve, result)}" for name in CHAINED]
    return lines


def _chain_line(chain: Chain, measure: str, curve: Curve, result: KeepRates) -> str:
    unit = "points" if measure == "retention" else result.scenario.economics.currency
    luck = chain.luck[measure]
    own = "" if np.isnan(luck) else f" (one half of the seeds the other by {luck:.3g})"
    return (
        f"{measure} from satisfaction (Rust and Zahorik) {said(chain.critical[measure])}, simulated "
        f"{said(curve.critical(measure))}; misses the effect by {chain.error[measure]:.3g} {unit}{own}, "
        f"sign right at {chain.signs[measure]} of {len(curve.points)}"
    )


def effects_frame(results: Sequence[KeepRates]) -> pd.DataFrame:
    """Return a row per scenario, form of the promise, point and measure: the effect with its interval."""
    rows = []
    for result in results:
        for curve in result.curves:
            chain = chain_of(result.scenario, curve) if curve.variant.name in MAIN else None
            kept = curve.rates.mean(axis=1)
            for measure in MEASURES:
                effects = curve.effects(measure)
                for place, point in enumerate(curve.points):
                    interval = mean_interval(effects[place])
                    rows.append(
                        {
                            "scenario": result.scenario.name,
                            "promise": curve.variant.name,
                            "varied": curve.variant.axis,
                            "threshold": point.promise.threshold,
                            "median_time": point.median,
                            "publicity": point.promise.publicity,
                            "payout": point.promise.payout,
                            "cost_per_order": point.promise.cost_per_order,
                            "process_rate": point.rate,
                            "keep_rate": kept[place],
                            "measure": measure,
                            "effect": interval.mean,
                            "ci_low": interval.low,
                            "ci_high": interval.high,
                            "chain": chain.effects[measure][place]
                            if chain and measure in CHAINED
                            else np.nan,
                        }
                    )
    return pd.DataFrame(rows)


def critical_frame(results: Sequence[KeepRates], seed: int) -> pd.DataFrame:
    """Return a row per scenario, form of the promise and measure: the critical rate and its region.

    Rates that are no number are empty; ``state`` says why. The columns of draws and yardsticks are about
    the promise as it stands and the word alone.
    """
    rows = []
    for result in results:
        for curve in result.curves:
            chain = chain_of(result.scenario, curve) if curve.variant.name in MAIN else None
            for measure in MEASURES:
                rate, (low, high) = curve.critical(measure), curve.interval(measure, seed)
                row = {
                    "scenario": result.scenario.name,
                    "promise": curve.variant.name,
                    "varied": curve.variant.axis,
                    "measure": measure,
                    "state": state(rate),
                    "critical_rate": _number(rate),
                    "ci_low": _number(low),
                    "ci_high": _number(high),
                }
                if curve.variant.name in result.draws:
                    region = result.draws[curve.variant.name].region(measure)
                    row |= {
                        "region_low": _number(region.low),
                        "region_median": _number(region.middle),
                        "region_high": _number(region.high),
                        "no_rate_share": region.never,
                        "any_rate_share": region.always,
                    }
                if chain is not None and measure in CHAINED:
                    row |= {
                        "chain_state": state(chain.critical[measure]),
                        "chain_critical_rate": _number(chain.critical[measure]),
                        "chain_error": chain.error[measure],
                        "luck_error": chain.luck[measure],
                        "chain_signs_right": chain.signs[measure],
                    }
                if curve.variant.name == WORD_ALONE and measure == "trust":
                    row["trust_neutral_rate"] = neutral_rate(result.scenario, curve)
                rows.append(row)
    return pd.DataFrame(rows)


def draws_frame(results: Sequence[KeepRates]) -> pd.DataFrame:
    """Return a row per scenario, draw and assumption, and one per critical rate that came of it."""
    rows: list[tuple[str, int, str, float, str]] = []
    for result in results:
        name = result.scenario.name
        for place, (promise, draws) in enumerate(result.draws.items()):
            found = {measure: draws.critical(measure) for measure in MEASURES}
            for number, values in enumerate(draws.assumptions):
                if place == 0:
                    rows += [(name, number, path, value, "drawn") for path, value in values.items()]
                for measure, rates in found.items():
                    rate = float(rates[number])
                    rows.append((name, number, f"{promise}: {measure}", _number(rate), state(rate)))
    return pd.DataFrame(rows, columns=["scenario", "draw", "name", "value", "state"])


def _number(rate: float) -> float:
    return rate if np.isfinite(rate) else float("nan")
