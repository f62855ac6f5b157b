"""The logs, and the truth about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.hand_over.covariates import covariate_table
from sim.engine.hand_over.transactions import START, dates, transactions
from sim.engine.hand_over.uplift import OUTCOMES, assigned, outcomes
from sim.engine.simulation import Run
from sim.study.known_truth.estimates import estimates_of
from sim.study.known_truth.selection import Selection
from sim.study.statistics import mean_interval
from sim.study.who.effects import DIRECT, FROM_OTHERS, ON_OTHERS, IndividualEffects
from sim.study.who.errors import crossed_interval

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

RANDOMISED, OBSERVATIONAL, BOTH = "randomised", "observational", "both"
ESTIMANDS: Mapping[str, str] = {
    "average effect": "mean over all customers: outcome with everybody treated less with nobody treated",
    "average effect on the chosen": "the same, mean over those treated in the observational log",
    "direct effect": "change of those treated less change of the others, where a random half is treated; "
    "changes against the world in which nobody is (Hudgens and Halloran 2008); by intention to treat",
    "spillover on those not treated": "their outcome in this log less their outcome with nobody treated",
    "spillover on those treated": "their outcome with everybody treated less where a random half is",
    "effect on those treated": "their outcome in this log less their outcome with nobody treated",
}
"""What is true, by name."""
THIS_LUCK = "luck of the logs"


@dataclass(frozen=True)
class BenchmarkData:
    """Two logs of the same customers with the same luck, and four worlds' worth of truth about them.

    Parameters
    ----------
    effects
        Who stays with the strategy and without over many lucks.
    luck
        Seed of the luck of the logs, none of those.
    nobody, everybody
        The worlds in which nobody and everybody is treated, with the luck of the logs.
    randomised, observational
        The worlds of the logs, with everything logged.
    selection
        Who is treated in the observational one, and why.
    hidden
        Whether the score that decided is kept from the observational table.
    spills
        By channel, changes of the share who stay of those not treated, a number per luck.
    start
        Day on which the logs begin.
    events
        Whether all events are among the tables, not the payments only.
    """

    effects: IndividualEffects
    luck: int
    nobody: Run = field(repr=False)
    everybody: Run = field(repr=False)
    randomised: Run = field(repr=False)
    observational: Run = field(repr=False)
    half: NDArray[np.bool_] = field(repr=False)
    selection: Selection
    hidden: bool
    spills: Mapping[str, Sequence[float]] = field(repr=False)
    start: str = START
    events: bool = False

    @cached_property
    def tables(self) -> dict[str, "pd.DataFrame"]:
        """Return all tables by name: customers and logs of both arms, the truth, what the logs invite."""
        found = {
            "randomised_customers": self._customers(RANDOMISED).reset_index(),
            "randomised_transactions": transactions(self.randomised, self.start),
            "observational_customers": self._customers(OBSERVATIONAL).reset_index(),
            "observational_transactions": transactions(self.observational, self.start),
            "truth": self.truth(),
            "truth_customers": self.truth_customers().reset_index(),
            "spillover_channels": self.channels(),
            "estimates": self.estimates(),
        }
        if self.events:
            for name, run in ((RANDOMISED, self.randomised), (OBSERVATIONAL, self.observational)):
                found[f"{name}_events"] = self._events(run)
        return found

    def _events(self, run: Run) -> "pd.DataFrame":
        table = run.events.rename(columns={"customer": "customer_id", "event": "event_name"})
        assert run.log is not None
        table["date"] = dates(run.log["hour"], self.start)
        in_time = np.argsort(run.log["hour"], kind="stable")  # the log goes customer by customer in a tick
        columns = ["customer_id", "date", "event_name", "detail", "value", "money"]
        return table.iloc[in_time][columns].reset_index(drop=True)

    def _customers(self, log: str) -> "pd.DataFrame":
        name = self.effects.strategy.name
        if log == RANDOMISED:
            return assigned(self.randomised, self.half, np.full(len(self.half), 0.5), "known", name)
        selection = self.selection
        table = assigned(self.observational, selection.chosen, selection.propensity, "known", name)
        if self.hidden:
            return table.drop(columns="propensity")
        table["score"] = selection.score
        return table

    def truth(self) -> "pd.DataFrame":
        """Return true average effects.

        Returns
        -------
        pandas.DataFrame
            Columns log, estimand, outcome, value, low, high (95 %; empty where the value is exact for these
            customers with this luck), over (which lucks), definition.
        """
        import pandas as pd

        effects, difference = self.effects, self.effects.difference()
        parts = effects.spillover()
        assert parts is not None
        apart = parts.set_index("part")
        chosen = self.selection.chosen
        over = f"mean over {len(effects.lucks)} lucks"
        rows: list[tuple[Any, ...]] = [
            (BOTH, "average effect", "stayed", *crossed_interval(difference), over)
        ]
        if chosen.any():
            found = crossed_interval(difference[:, chosen])
            rows.append((OBSERVATIONAL, "average effect on the chosen", "stayed", *found, over))
        for estimand, part in (
            ("direct effect", DIRECT),
            ("spillover on those not treated", ON_OTHERS),
            ("spillover on those treated", FROM_OTHERS),
        ):
            rows.append((RANDOMISED, estimand, "stayed", *apart.loc[part, ["effect", "low", "high"]], over))
        for outcome in OUTCOMES:
            rows += [
                (log, estimand, outcome, value, np.nan, np.nan, THIS_LUCK)
                for log, estimand, value in self._in_this_luck(outcome)
            ]
        table = pd.DataFrame(rows, columns=["log", "estimand", "outcome", "value", "low", "high", "over"])
        table["definition"] = table["estimand"].map(ESTIMANDS)
        return table

    def _in_this_luck(self, outcome: str) -> list[tuple[str, str, float]]:
        none, everybody, some, seen = (
            outcomes(run)[outcome].astype(np.float64)
            for run in (self.nobody, self.everybody, self.randomised, self.observational)
        )
        half, chosen = self.half, self.selection.chosen
        change, whole = some - none, everybody - none
        return [
            (BOTH, "average effect", float(whole.mean())),
            (OBSERVATIONAL, "average effect on the chosen", _mean(whole[chosen])),
            (RANDOMISED, "direct effect", _mean(change[half]) - _mean(change[~half])),
            (RANDOMISED, "spillover on those not treated", _mean(change[~half])),
            (RANDOMISED, "spillover on those treated", _mean((everybody - some)[half])),
            (OBSERVATIONAL, "effect on those treated", _mean((seen - none)[chosen])),
            (OBSERVATIONAL, "spillover on those not treated", _mean((seen - none)[~chosen])),
        ]

    def truth_customers(self) -> "pd.DataFrame":
        """Return the truth of each customer, indexed by customer_id.

        Returns
        -------
        pandas.DataFrame
            Columns stays_without, stays_with, effect, standard_error (chances to stay with nobody and with
            everybody treated, over the lucks of the truth), score and propensity of the observational log,
            then each outcome with nobody treated, with everybody, and in both logs, with the luck of the
            logs (``orders_nobody``, ``orders_everybody``, …), and all traits.
        """
        effects = self.effects
        table = covariate_table(self.nobody, effects.people, "all")
        traits = list(table.columns)
        table["stays_without"] = effects.stays_without.mean(axis=0)
        table["stays_with"] = effects.stays_with.mean(axis=0)
        table["effect"] = effects.effects
        table["standard_error"] = effects.difference().std(axis=0, ddof=1) / np.sqrt(len(effects.lucks))
        table["score"] = self.selection.score
        table["propensity"] = self.selection.propensity
        worlds = {
            "nobody": self.nobody,
            "everybody": self.everybody,
            RANDOMISED: self.randomised,
            OBSERVATIONAL: self.observational,
        }
        for world, run in worlds.items():
            for outcome, values in outcomes(run).items():
                table[f"{outcome}_{world}"] = values
        return table[[*(name for name in table.columns if name not in traits), *traits]]

    def channels(self) -> "pd.DataFrame":
        """Return the spillover on those not treated where one channel alone is open.

        Returns
        -------
        pandas.DataFrame
            Columns channel, lucks, effect, low, high: change of the share who stay, mean over lucks with its
            95 % interval. Effects of channels need not add up to that of all.
        """
        import pandas as pd

        rows = [
            (name, len(values), *mean_interval(np.asarray(values, dtype=np.float64)))
            for name, values in self.spills.items()
        ]
        return pd.DataFrame(rows, columns=["channel", "lucks", "effect", "low", "high"])

    def estimates(self) -> "pd.DataFrame":
        """Return the estimates that the logs invite, see `sim.study.known_truth.estimates`."""
        seen = self._customers(OBSERVATIONAL).assign(propensity=self.selection.propensity)
        return estimates_of(self._customers(RANDOMISED), seen, OUTCOMES)

    def record(self) -> dict[str, Any]:
        """Return what the manifest says of the truth, as plain values."""
        effects, selection = self.effects, self.selection
        truth = self.truth().astype(object)
        return {
            "estimands": dict(ESTIMANDS),
            "truth": truth.where(truth.notna(), None).drop(columns="definition").to_dict("records"),
            "seeds": {"people": effects.seed, "logs": self.luck, "truth": list(effects.lucks)},
            "selection": {
                "by": selection.by,
                "log_odds_per_standard_deviation": selection.strength,
                "treated": int(selection.chosen.sum()),
                "score_hidden": self.hidden,
            },
        }

    def write(self, folder: str | Path) -> None:
        """Write all tables as CSV and Parquet into a folder, with a README and a manifest, all or nothing."""
        from sim.study.known_truth.readme import readme
        from sim.study.store import staged, surroundings, write_manifest
        from sim.study.table_files import write_csv, write_parquet

        with staged(Path(folder)) as place:
            for name, table in self.tables.items():
                write_csv(table, place / f"{name}.csv")
                write_parquet(table, place / f"{name}.parquet")
            (place / "README.md").write_text(readme(self), encoding="utf-8")
            write_manifest(place, {**self.record(), **surroundings()})


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
