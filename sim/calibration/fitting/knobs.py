"""Which parameters are fitted to which figures, and what is believed of them before.

A short list on purpose: each parameter is there for a figure that identifies it, one that it moves most. What
the figures do not tell apart is not fitted one by one: the weaker candidate stays as in the base.

Targets
    Retention tells the level of the tendency to leave (`customers.exit.alpha`; how customers differ in it
    shows in no single figure), the net promoter score where answers to that question stand, the share of the
    satisfied the level of quality (the thresholds of the scale are one to it with the level), the keep rate
    how long deliveries take against what is quoted, complaints how readily customers complain; with the share
    of grievances that are voiced, also how often service fails.
Survey
    The mean of satisfaction tells the level of quality, its spread how customers differ, the correlation of
    its wordings the error of an answer. With one wording, error and lasting difference are not told apart:
    both are drawn together, and are wide. The correlation with the recommendation tells how steeply
    that follows satisfaction, its mean and spread where its answers stand and how they scatter; the mean of
    trust what a kept promise earns (only its ratio to what a broken one costs shows in a level); how an
    intention to stay goes with satisfaction, the effect on leaving. The net promoter score and promoters by
    satisfaction follow: they are checked, not fitted.
Late orders
    Shares of the stars tell the thresholds of the scale (the level of quality is one to it with them, and
    stays); low scores of orders in time tell failures and the noise of an answer; scores by days late
    patience (where they fall) and the weight of a disappointment (how far); complaints by score, of one to
    three stars, how readily customers complain and how much sooner the angry ones. A comment with four or
    five stars is praise to most, and is checked only.

The prior is even over the range of the registry, where that says what is plausible.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.ranges import registry_range
from sim.world.description import leaves, to_mapping
from sim.world.scenario import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Knob:
    """A parameter that is fitted.

    Parameters
    ----------
    path
        Dotted path of the scenario.
    low, high
        Limits of its prior.
    logarithmic
        Whether its logarithm is even over the prior, else it is itself.
    by
        Figures that identify it.
    """

    path: str
    low: float
    high: float
    logarithmic: bool
    by: tuple[str, ...]

    def value(self, part: Floats) -> Floats:
        """Return values at parts of the prior, 0 to 1."""
        if self.logarithmic:
            return np.asarray(self.low * (self.high / self.low) ** part)
        return np.asarray(self.low + (self.high - self.low) * part)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the limits that hold a share of the prior."""
        low, high = self.value(np.array([0.5 - 0.5 * level, 0.5 + 0.5 * level]))
        return float(low), float(high)


OVERALL, BY_SCORE = "orders.complaint", "orders.score.1.complaint"
CONTRACT_PRICE, ORDER_PRICE = "customers.contract.price", "customers.spend.mean"
FACTORS: Mapping[str, float] = {
    "customers.exit.alpha": 20.0,
    "customers.orders.mean": 10.0,
    "customers.spend.mean": 10.0,
    "customers.contract.price": 10.0,
    "service.delivery.median": 4.0,
    "service.delivery.patience": 10.0,
    "support.response": 10.0,
    "market.arrival": 10.0,
    "behaviour.talk.referral": 10.0,
}
"""Sizes whose range in the registry only says what a number can be: even in logarithms within a factor."""
NARROWER: Mapping[str, tuple[float, float]] = {
    "service.quality.mean": (0.4, 1.0),
    "service.core.rate": (0.0, 0.3),
    "service.unavailable.rate": (0.0, 0.3),
    **{f"behaviour.answer.{name}_stars": (0.0, 1.0) for name in ("two", "three", "four", "five")},
}
"""Shares of which the rest of their range is no service that anybody would pay for, and levels on a scale."""

THRESHOLDS = tuple(f"behaviour.answer.{name}_stars" for name in ("two", "three", "four", "five"))
"""They rise from one to the next."""

CANDIDATES: Mapping[str, tuple[str, ...]] = {
    "targets.retention_rate": ("customers.exit.alpha",),
    "targets.survival_rate": ("customers.exit.alpha",),
    "targets.churn_rate": ("customers.exit.alpha",),
    "targets.orders": ("customers.orders.mean",),
    "targets.repeat_purchase_rate": ("customers.orders.mean",),
    "targets.revenue": ("customers.spend.mean", "customers.contract.price"),
    "targets.nps": ("behaviour.answer.recommendation_mean",),
    "targets.csat": ("service.quality.mean",),
    "targets.review_rating": ("service.quality.mean",),
    "targets.promise_keep_rate": ("service.delivery.median",),
    "targets.keep_rate.delivery": ("service.delivery.median",),
    "targets.keep_rate.availability": ("service.unavailable.rate",),
    "targets.complaint_rate": ("behaviour.voice.base",),
    "targets.voice_rate": ("behaviour.voice.base", "service.core.rate"),
    "targets.response_time": ("support.response",),
    "targets.first_contact_resolution": ("support.first_contact",),
    "targets.customer_effort": ("support.effort",),
    "targets.survey_response_rate": ("behaviour.answer.response",),
    "targets.recommendation_rate": ("behaviour.talk.good",),
    "targets.warning_rate": ("behaviour.talk.bad",),
    "targets.acquired": ("market.arrival",),
    "targets.referral_rate": ("behaviour.talk.referral",),
    "survey.satisfaction.mean": ("service.quality.mean",),
    "survey.satisfaction.spread": ("customers.satisfaction_spread", "behaviour.answer.noise"),
    "survey.satisfaction.reliability": ("behaviour.answer.noise",),
    "survey.recommendation.mean": ("behaviour.answer.recommendation_mean",),
    "survey.recommendation.spread": ("behaviour.answer.response_style",),
    "survey.correlation.satisfaction.recommendation": ("behaviour.answer.recommendation_slope",),
    "survey.trust.mean": ("behaviour.trust.kept_gain",),
    "survey.correlation.satisfaction.stay": ("behaviour.churn.satisfaction",),
    "orders.late.in_time.score": ("service.core.rate",),
    "orders.late.in_time.one_star": ("service.core.rate", "behaviour.answer.noise"),
    "orders.late.1_to_3_days.score": ("service.delivery.patience",),
    "orders.late.4_to_7_days.score": ("service.delivery.patience", "behaviour.disconfirmation.weight"),
    "orders.late.8_to_14_days.score": ("behaviour.disconfirmation.weight",),
    "orders.late.15_days_or_more.score": ("behaviour.disconfirmation.weight",),
    "orders.late.1_to_3_days.one_star": (THRESHOLDS[0],),
    "orders.late.4_to_7_days.one_star": (THRESHOLDS[0],),
    "orders.late.8_to_14_days.one_star": (THRESHOLDS[0],),
    "orders.late.15_days_or_more.one_star": (THRESHOLDS[0],),
    **{f"orders.stars.{stars}": (path,) for stars, path in enumerate(THRESHOLDS, 2)},
    "orders.score.1.complaint": ("behaviour.voice.base", "behaviour.voice.grievance"),
    "orders.score.2.complaint": ("behaviour.voice.base", "behaviour.voice.grievance"),
    "orders.score.3.complaint": ("behaviour.voice.base", "behaviour.voice.grievance"),
    "orders.complaint": ("behaviour.voice.base",),
}
"""By figure, what it identifies."""


def candidates(name: str) -> tuple[str, ...]:
    """Return the parameters that a figure identifies; none for a figure that is only checked."""
    return CANDIDATES.get(name, ())


def set_apart(names: Iterable[str]) -> list[str]:
    """Return figures without what others say better: all complaints, where they are known by score."""
    found = list(names)
    return [name for name in found if name != OVERALL or BY_SCORE not in found]


def ascending(knobs: Sequence[Knob]) -> list[int]:
    """Return the places of knobs whose values rise from one to the next."""
    paths = [knob.path for knob in knobs]
    return [paths.index(path) for path in THRESHOLDS if path in paths]


def chosen(
    names: Iterable[str],
    base: Scenario,
    settled: Iterable[str],
    prior: Mapping[str, tuple[float, float]] | None = None,
) -> tuple[Knob, ...]:
    """Return the parameters that figures identify.

    Parameters
    ----------
    names
        Of the figures.
    base
        Says around which values those lie that have no range of their own.
    settled
        Paths that were estimated before; they are not fitted again.
    prior
        Limits by path, between which values are even, in place of those of the registry.
    """
    settled = set(settled)
    values = leaves(to_mapping(base))
    contractual = base.customers.relation == "contractual"
    by: dict[str, list[str]] = {}
    names = set_apart(names)
    for name in names:
        for path in candidates(name):
            by.setdefault(path, []).append(name)
    found = []
    for path, figures in by.items():
        if path in settled:
            continue
        if path == (CONTRACT_PRICE if not contractual else ORDER_PRICE):
            continue  # what is paid is the price of periods, or of orders
        if prior is not None and path in prior:
            found.append(Knob(path, *prior[path], False, tuple(figures)))
        else:
            found.append(_knob(path, float(values[path]), tuple(figures)))
    return tuple(found)


def _knob(path: str, value: float, by: tuple[str, ...]) -> Knob:
    low, high = registry_range(path)
    if path in FACTORS:
        factor = FACTORS[path]
        return Knob(path, max(low, value / factor), min(high, value * factor), True, by)
    low, high = NARROWER.get(path, (low, high))
    return Knob(path, low, high, False, by)
