"""How far a picture reaches: a strategy that is far off the others leaves it, or nothing else were seen."""

import math

from sim.report.document.findings import STAYS, WORTH, Findings, Option

EFFECTS = {"effects_stay": STAYS, "effects_worth": WORTH}
DOUBTS = {"doubt_stays": STAYS, "doubt_worth": WORTH}
LEVELS = ("active", "satisfaction")
"""Trajectories of levels, which are drawn whole."""
LEAST = 0.01
"""Where a picture of no difference at all reaches to."""
FAR = 4.0
"""How many times as far from 0 as any other strategy a single one may reach and still be drawn whole."""


def outside(found: Findings, key: str) -> tuple[str, ...]:
    """Return the strategies that leave a picture: the one that reaches `FAR` times beyond all others."""
    if key in LEVELS or len(found.others) < 3:
        return ()
    reaches = {option.called.name: max(map(abs, _reach(option, key))) for option in found.others}
    *_, second, first = sorted(reaches, key=lambda name: reaches[name])
    return (first,) if reaches[first] > FAR * reaches[second] > 0.0 else ()


def limits(found: Findings, key: str) -> tuple[float, float]:
    """Return from where to where a picture of differences reaches, 0 within, and a little beyond."""
    left = outside(found, key)
    reaches = [_reach(option, key) for option in found.others if option.called.name not in left]
    low = min(0.0, *(low for low, _ in reaches))
    high = max(0.0, *(high for _, high in reaches))
    if low == high:  # nothing differs from the baseline
        return -LEAST, LEAST
    room = 0.08 * (high - low)
    return low - room, high + room


def _reach(option: Option, key: str) -> tuple[float, float]:
    """Return the least and the greatest that is drawn of a strategy, in the unit of the findings."""
    if key in option.curves:
        curve = option.curves[key]
        values = [value for part in (curve.mean, curve.low, curve.high) for value in part]
    else:
        metric = EFFECTS.get(key) or DOUBTS[key]
        values = list(option.together[metric])
        if key in DOUBTS:
            values += [option.doubt[metric].low, option.doubt[metric].high]
    known = [value for value in values if not math.isnan(value)] or [0.0]
    return min(known), max(known)
