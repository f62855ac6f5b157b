"""What the lives of the same customers through many lucks say: who gains, who is harmed, how surely."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.records import Records
from sim.study.statistics import CONFIDENCE, Interval, mean_interval
from sim.study.who.errors import Floats, at_least, crossed_interval, difference_interval, score
from sim.study.who.groups import GROUPS, bounds
from sim.study.who.targeting import BUDGETS, mean_of_best, sharpened
from sim.study.who.traits import TRAITS, thirds
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

Bits = NDArray[np.bool_]

MARGIN = 0.02
"""Effects on the chance to stay that are smaller are called neither gain nor harm."""
QUANTILES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
WHOLE = "whole effect"
DIRECT = "direct effect"
ON_OTHERS = "spillover on those not treated, of treating half"
FROM_OTHERS = "spillover on those treated, of treating the other half as well"


class Share(NamedTuple):
    """A share of the customers: counted naively, and its limits, each with 95 %."""

    counted: float
    at_least: float
    at_most: float


class Spread(NamedTuple):
    """Standard deviation of the effects over customers: as measured, of noise alone, of the effects."""

    measured: float
    noise: float
    true: float


@dataclass(frozen=True)
class IndividualEffects:
    """Who stayed in each luck, with a strategy and without, of the same customers.

    Parameters
    ----------
    scenario, strategy, baseline
        What was lived, with what and against what.
    seed
        Of the people.
    lucks, luck
        Seeds of the lucks, and whether both worlds shared them.
    people
        The customers before the first tick.
    stays_without, stays_with
        Who stayed to the end, (lucks, customers).
    value
        Discounted margin less cost that each customer brings more with the strategy, by halves of the
        lucks (2, customers).
    second
        Which lucks belong to the second half.
    half
        Who was treated where only half were, (lucks, customers); None where that was not run.
    stays_half
        Who stayed there.
    """

    scenario: Scenario
    strategy: Strategy
    baseline: Strategy
    seed: int
    lucks: tuple[int, ...]
    luck: Literal["shared", "independent"]
    people: Records = field(repr=False)
    stays_without: Bits = field(repr=False)
    stays_with: Bits = field(repr=False)
    value: Floats = field(repr=False)
    second: Bits = field(repr=False)
    half: Bits | None = field(repr=False, default=None)
    stays_half: Bits | None = field(repr=False, default=None)

    @property
    def effects(self) -> Floats:
        """Return by how much the strategy raises the chance of each customer to stay, over the lucks."""
        return np.asarray(self.stays_with.mean(axis=0) - self.stays_without.mean(axis=0))

    def difference(self) -> Floats:
        """Return who stayed with the strategy less who stayed without, (lucks, customers)."""
        return self.stays_with.astype(np.float64) - self.stays_without

    def mean(self) -> Interval:
        """Return the mean effect with its 95 % interval, for other customers and lucks of this kind."""
        return crossed_interval(self.difference())

    def spread(self) -> Spread:
        """Return how customers differ in their effects, and how much of it is noise of a few lucks."""
        noise = self.difference().var(axis=0, ddof=1) / len(self.lucks)
        measured = float(self.effects.var(ddof=1)) if len(self.effects) > 1 else 0.0
        true = max(0.0, measured - float(noise.mean()))
        return Spread(float(np.sqrt(measured)), float(np.sqrt(noise.mean())), float(np.sqrt(true)))

    def without_noise(self) -> Floats:
        """Return the effects drawn together to the spread that they have without the noise (Louis 1984).

        They serve for the distribution over customers; of each customer `effects` says most.
        """
        spread = self.spread()
        factor = spread.true / spread.measured if spread.measured > 0.0 else 0.0
        mean = float(self.effects.mean())
        return mean + factor * (self.effects - mean)

    def harmed(self, margin: float = MARGIN) -> Share:
        """Return the share of customers whose chance to stay falls by more than a margin.

        Counting those whose measured effect lies there would take noise for harm. At least so many are
        harmed as fall below the margin beyond what luck can do, and at most all who do not surely lie
        above it; see `sim.study.who.errors.at_least`.
        """
        below, above = -self._score(-margin), self._score(-margin)
        return Share(float((self.effects < -margin).mean()), at_least(below), 1.0 - at_least(above))

    def gaining(self, margin: float = MARGIN) -> Share:
        """Return the share of customers whose chance to stay rises by more than a margin; see `harmed`."""
        below, above = -self._score(margin), self._score(margin)
        return Share(float((self.effects > margin).mean()), at_least(above), 1.0 - at_least(below))

    def _score(self, limit: float) -> Floats:
        gained = (self.stays_with & ~self.stays_without).sum(axis=0).astype(np.float64)
        lost = (self.stays_without & ~self.stays_with).sum(axis=0).astype(np.float64)
        return score(gained, lost, len(self.lucks), limit)

    def quantiles(self) -> "pd.DataFrame":
        """Return quantiles of the effects over customers: quantile, measured, without_noise."""
        import pandas as pd

        calm = self.without_noise()
        rows = [(part, np.quantile(self.effects, part), np.quantile(calm, part)) for part in QUANTILES]
        return pd.DataFrame(rows, columns=["quantile", "measured", "without_noise"])

    def tenths(self) -> "pd.DataFrame":
        """Return the effect by tenth of customers, ranked in one half of the lucks and measured in the other.

        Whoever comes last by bad luck alone is like everybody else in the other half: unlike a list of
        those with the worst measured effects, this shows no harm where there is none. What customers are
        like helps the ranking, see `sim.study.who.targeting.sharpened`. Both halves have
        their turn at ranking; limits are means of the two, which is on the safe side.

        Returns
        -------
        pandas.DataFrame
            Columns tenth (1: those who gain least), effect, low, high.
        """
        import pandas as pd

        difference = self.difference()
        count = difference.shape[1]
        found: dict[int, list[Interval]] = {}
        for half in (self.second, ~self.second):
            order = np.argsort(self._uplift(half), kind="stable")
            for tenth in range(10):
                inside = order[tenth * count // 10 : (tenth + 1) * count // 10]
                if len(inside):
                    found.setdefault(tenth + 1, []).append(crossed_interval(difference[~half][:, inside]))
        rows = [(tenth, *np.mean(parts, axis=0)) for tenth, parts in found.items()]
        return pd.DataFrame(rows, columns=["tenth", "effect", "low", "high"])

    def segments(self) -> "pd.DataFrame":
        """Return the effect by segment: segment, customers, effect, low, high, stays_without.

        The intervals hold together with 95 % (Bonferroni).
        """
        import pandas as pd

        difference, rows = self.difference(), []
        names = list(self.scenario.customers.segments)
        peopled = [place for place in range(len(names)) if (self.people["segment"] == place).any()]
        for place in peopled:
            inside = self.people["segment"] == place
            found = crossed_interval(difference[:, inside], 1.0 - (1.0 - CONFIDENCE) / len(peopled))
            rows.append(
                (names[place], int(inside.sum()), *found, float(self.stays_without[:, inside].mean()))
            )
        return pd.DataFrame(rows, columns=["segment", "customers", "effect", "low", "high", "stays_without"])

    def traits(self) -> "pd.DataFrame":
        """Return who gains by what customers are: the effect in the thirds of each trait.

        Traits in which all are alike are left out; one that is there or not makes two groups.

        Returns
        -------
        pandas.DataFrame
            Columns trait, lowest, middle, highest (effects), contrast, low, high: the highest third less
            the lowest, with intervals that hold together with 95 % (Bonferroni); the strongest first.
        """
        import pandas as pd

        difference = self.difference()
        cut = {}
        for name, trait in TRAITS.items():
            groups = thirds(np.asarray(trait(self.people), dtype=np.float64))
            if groups is not None:
                cut[name] = groups
        rows = []
        for name, groups in cut.items():
            parts = [difference[:, group] for group in groups]
            found = difference_interval(parts[2], parts[0], 1.0 - (1.0 - CONFIDENCE) / len(cut))
            middle = float(parts[1].mean()) if parts[1].size else np.nan
            rows.append((name, float(parts[0].mean()), middle, float(parts[2].mean()), *found))
        rows.sort(key=lambda row: -abs(row[4]))
        return pd.DataFrame(rows, columns=["trait", "lowest", "middle", "highest", "contrast", "low", "high"])

    def groups(self) -> "pd.DataFrame":
        """Return the four groups of uplift: their bounds, and their sizes where luck is shared as it was.

        Who would stay with a strategy and who without can both be seen; who would do both cannot. The
        chances of each customer bound it (Fréchet 1951), whatever luck has in common in both worlds.

        Returns
        -------
        pandas.DataFrame
            Columns group, lowest, highest (bounds, means over customers), share, low, high (the size with
            the luck of these runs and its 95 % interval), luck.
        """
        import pandas as pd

        limits = bounds(self.stays_with, self.stays_without, self.second)
        rows = []
        for name, (with_it, without_it) in GROUPS.items():
            inside = (self.stays_with == with_it) & (self.stays_without == without_it)
            rows.append((name, *limits[name], *crossed_interval(inside.astype(np.float64)), self.luck))
        return pd.DataFrame(rows, columns=["group", "lowest", "highest", "share", "low", "high", "luck"])

    def spillover(self) -> "pd.DataFrame | None":
        """Return direct effect and spillover apart, from worlds in which a random half was treated.

        The direct effect is that of being treated where half are; the spillovers are what the treatment
        of others does (Hudgens and Halloran 2008). The three add up to the whole effect on those treated.

        Returns
        -------
        pandas.DataFrame or None
            Columns part, effect, low, high; means over lucks with 95 % intervals. None where no such
            worlds were run.
        """
        import pandas as pd

        if self.half is None or self.stays_half is None:
            return None
        change = self.stays_half.astype(np.float64) - self.stays_without
        rest = self.stays_with.astype(np.float64) - self.stays_half
        treated, spared = self.half, ~self.half
        rows = [
            (WHOLE, *mean_interval(self.difference().mean(axis=1))),
            (DIRECT, *mean_interval(_mean_of(change, treated) - _mean_of(change, spared))),
            (ON_OTHERS, *mean_interval(_mean_of(change, spared))),
            (FROM_OTHERS, *mean_interval(_mean_of(rest, treated))),
        ]
        return pd.DataFrame(rows, columns=["part", "effect", "low", "high"])

    def targeting(self) -> "pd.DataFrame":
        """Return what is kept where only some customers can be treated, chosen by uplift or by risk.

        Customers are ranked by one half of the lucks and what they bring is taken from the other, so that
        luck does not choose; the uplift of one half is helped by what customers are like, see
        `sim.study.who.targeting.sharpened`. What a customer's treatment does to others is not counted, and
        the firm is taken to know chances that it could only learn by kind (check C31).

        Returns
        -------
        pandas.DataFrame
            Columns budget (share of customers treated), by_uplift, by_risk, at_random (customers kept per
            customer treated), more, low, high (uplift less risk), value_by_uplift, value_by_risk,
            value_by_value, value_at_random (currency per customer treated).
        """
        import pandas as pd

        difference = self.difference()
        parts = []
        for number, half in enumerate(
            (self.second, ~self.second)
        ):  # ranked by the one, measured in the other
            ranks = (
                self._uplift(half),
                1.0 - self.stays_without[half].mean(axis=0),
                self.value[1 - number],
            )
            parts.append((*ranks, difference[~half], self.value[number]))
        rows = []
        for budget in BUDGETS:
            kept = np.mean(
                [
                    [mean_of_best(by, found.mean(axis=0), budget) for by in (uplift, risk)]
                    for uplift, risk, _, found, _ in parts
                ],
                axis=0,
            )
            money = np.mean(
                [[mean_of_best(by, worth, budget) for by in ranks] for *ranks, _, worth in parts], axis=0
            )
            more = self._more(parts, budget)
            random = (float(difference.mean()), float(self.value.mean()))
            rows.append((budget, *kept, random[0], more.mean, more.low, more.high, *money, random[1]))
        return pd.DataFrame(
            rows,
            columns=[
                "budget", "by_uplift", "by_risk", "at_random", "more", "low", "high",
                "value_by_uplift", "value_by_risk", "value_by_value", "value_at_random",
            ],
        )  # fmt: skip

    def _uplift(self, half: Bits) -> Floats:
        """Return the effects as half of the lucks know them."""
        found = self.difference()[half]
        likes = [np.asarray(trait(self.people), dtype=np.float64) for trait in TRAITS.values()]
        likes.append(self.stays_without[half].mean(axis=0))
        noise = float(found.var(axis=0, ddof=1).mean()) / len(found)
        return sharpened(found.mean(axis=0), noise, np.column_stack(likes))

    def _more(self, parts: Sequence[tuple[Floats, ...]], budget: float) -> Interval:
        """Return how many more are kept by uplift than by risk, per customer treated."""
        gaps = []
        for uplift, risk, _, found, _ in parts:
            count = max(1, round(budget * len(uplift)))
            weight = np.zeros(len(uplift))
            weight[np.argsort(-uplift, kind="stable")[:count]] += len(uplift) / count
            weight[np.argsort(-risk, kind="stable")[:count]] -= len(uplift) / count
            gaps.append(found * weight)
        shortest = min(len(gap) for gap in gaps)
        return crossed_interval(0.5 * (gaps[0][:shortest] + gaps[1][:shortest]))

    def customers(self) -> "pd.DataFrame":
        """Return a row per customer: what they are like, both chances to stay, effect, standard error."""
        import pandas as pd

        names = np.array(list(self.scenario.customers.segments))
        table = pd.DataFrame({"customer": self.people["id"], "segment": names[self.people["segment"]]})
        for name, trait in TRAITS.items():
            table[name] = trait(self.people)
        table["stays_without"] = self.stays_without.mean(axis=0)
        table["stays_with"] = self.stays_with.mean(axis=0)
        table["effect"] = self.effects
        table["standard_error"] = self.difference().std(axis=0, ddof=1) / np.sqrt(len(self.lucks))
        table["value"] = self.value.mean(axis=0)
        return table

    def plot(self, path: str | Path | None = None) -> object:
        """Return the figure of who gains; with a path, also write it as PNG and SVG beside it."""
        from sim.report.figures import write_figure
        from sim.report.who_figure import who_figure

        figure = who_figure(self)
        if path is not None:
            write_figure(figure, Path(path))
        return figure


def _mean_of(values: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return the mean of some customers in each luck."""
    count = inside.sum(axis=1)
    return np.asarray(np.where(inside, values, 0.0).sum(axis=1) / np.maximum(count, 1))
