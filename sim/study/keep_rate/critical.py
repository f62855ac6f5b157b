"""Where an effect turns from harm to good as a rate rises: the critical rate, and how sure it is."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ALWAYS = -np.inf
"""Critical rate of what does good at every rate that was tried."""
NEVER = np.inf
"""Critical rate of what does harm at the highest rates that were tried, and nowhere turns to good."""
MATERIAL = 0.005
"""Share of the largest effect below which an effect counts as none."""
RESAMPLES = 500


def critical_rate(rates: Floats, effects: Floats, material: float = MATERIAL) -> float:
    """Return the rate at which an effect turns from harm below to good above, by linear interpolation.

    Where it turns several times, the highest such rate counts. An effect below a share of the largest
    one has no sign: far from where a promise binds it comes to nothing, and nothing has no sign either.

    Parameters
    ----------
    rates
        Rates, in any order.
    effects
        Effect at each of them; above 0 is good.
    material
        Share of the largest effect, in absolute value, below which an effect counts as none.

    Returns
    -------
    float
        The rate; `ALWAYS` where there is good and no harm, `NEVER` where there is harm and no turn from
        it to good above, NaN where there is no effect at all.
    """
    order = np.argsort(rates)
    rates, effects = rates[order], effects[order]
    kept = ~(np.isnan(rates) | np.isnan(effects))
    rates, effects = rates[kept], effects[kept]
    largest = float(np.abs(effects).max(initial=0.0))
    if largest == 0.0:
        return float("nan")
    signs = np.where(np.abs(effects) > material * largest, np.sign(effects), 0.0)
    above: int | None = None
    for place in range(len(rates) - 1, -1, -1):
        if signs[place] > 0.0:
            above = place
        elif signs[place] < 0.0 and above is not None:
            part = -effects[place] / (effects[above] - effects[place])
            return float(rates[place] + part * (rates[above] - rates[place]))
    return float(ALWAYS if (signs >= 0.0).all() else NEVER)


def luck_interval(rates: Floats, effects: Floats, seed: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return how far luck could move a critical rate: percentile bootstrap over seeds.

    Parameters
    ----------
    rates, effects
        Arrays (rates, seeds).
    seed
        Of the resampling.
    confidence
        Of the interval.

    Returns
    -------
    tuple of float
        Lower and upper limit, `ALWAYS` and `NEVER` among them; NaN from a single seed.
    """
    seeds = effects.shape[1]
    if seeds < 2:
        return float("nan"), float("nan")
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        chosen = generator.integers(0, seeds, seeds)
        found.append(critical_rate(rates[:, chosen].mean(axis=1), effects[:, chosen].mean(axis=1)))
    tail = 0.5 * (1.0 - confidence)
    return quantile(np.array(found), tail), quantile(np.array(found), 1.0 - tail)


def quantile(values: Floats, share: float) -> float:
    """Return the value below which a share of the values lies, one of them itself; NaN values left out.

    Values may be infinite, which rules out interpolation between them.
    """
    kept = np.sort(values[~np.isnan(values)])
    if len(kept) == 0:
        return float("nan")
    return float(kept[min(int(np.floor(share * len(kept))), len(kept) - 1)])
