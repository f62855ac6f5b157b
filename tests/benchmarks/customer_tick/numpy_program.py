"""Customer-tick v1 in NumPy: columns, and lists of the indices of those whom a step concerns."""

import numpy as np
from numpy.typing import NDArray


def active_by_week(customers: int, weeks: int, seed: int) -> NDArray[np.float64]:
    """Return how many are still customers at the end of each week."""
    rng = np.random.default_rng(seed)
    rate = rng.uniform(0.1, 0.5, customers)
    basket = rng.uniform(10.0, 50.0, customers)
    satisfaction = np.full(customers, 0.7)
    trust = np.full(customers, 0.6)
    points = np.zeros(customers)
    spend = np.zeros(customers)
    active = np.arange(customers)
    counts = np.zeros(weeks)
    revenue = np.zeros(weeks)
    for week in range(weeks):
        exposure = rate[active] * (0.5 + satisfaction[active])
        buyers = active[rng.random(len(active)) < -np.expm1(-exposure)]
        failed = rng.random(len(buyers)) < 0.15
        broken = rng.random(len(buyers)) < np.where(failed, 0.5, 0.05)
        performance = 0.6 + 0.4 * rng.random(len(buyers)) - 0.35 * failed - 0.2 * broken
        before = satisfaction[buyers]
        surprise = performance - before
        satisfaction[buyers] = np.clip(before + np.where(surprise > 0.0, 0.1, 0.25) * surprise, 0.0, 1.0)
        trusted = trust[buyers]
        trust[buyers] = np.where(broken, 0.8 * trusted, trusted + 0.04 * (1.0 - trusted))
        spent = spend[buyers]
        tier = (spent >= 500.0).astype(np.float64) + (spent >= 1500.0)
        points[buyers] += basket[buyers] * (1.0 + 0.25 * tier)
        spend[buyers] = spent + basket[buyers]
        revenue[week] = basket[buyers].sum()
        complainers = buyers[failed]
        complainers = complainers[rng.random(len(complainers)) < 0.4]
        soothed = complainers[rng.random(len(complainers)) < 0.6]
        satisfaction[soothed] += 0.12 * (1.0 - satisfaction[soothed])
        trust[soothed] += 0.05 * (1.0 - trust[soothed])
        revenue[week] -= 0.2 * basket[soothed].sum()
        holders = active[points[active] >= 200.0]
        redeemers = holders[rng.random(len(holders)) < 0.8]
        points[redeemers] -= 200.0
        satisfaction[redeemers] += 0.05 * (1.0 - satisfaction[redeemers])
        spent = spend[active]
        tier = (spent >= 500.0).astype(np.float64) + (spent >= 1500.0)
        held = 1.2 + 3.0 * satisfaction[active] + 1.5 * trust[active] + 0.4 * tier
        active = active[rng.random(len(active)) >= 1.0 / (1.0 + np.exp(held))]
        counts[week] = len(active)
    return counts
