"""Compare strategies on the same customers with the same luck, replication by replication."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sim.engine.luck import MASK, mix, seed_key
from sim.engine.own_tick import OwnTick
from sim.engine.simulation import Engine
from sim.study.comparison import Comparison
from sim.study.doubt import check_draws, collected, doubt_runs, drawn_worlds
from sim.study.precision import MOST, asked_precision
from sim.study.replications import Outcome, run_replications
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, check_least, check_once, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Progress = Callable[[int, int], None]
Provisional = Callable[[Comparison, int], None]
REPLICATIONS = 30


def replication_seeds(seed: int, replications: int) -> tuple[int, ...]:
    """Return the seeds of the replications, hashed so that no two first seeds share any of them."""
    first = seed_key(seed)
    return tuple(mix((first + number) & MASK) >> 24 for number in range(replications))


def compare(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    replications: int | None = None,
    seed: int = 1,
    baseline: str = "baseline",
    engine: Engine | OwnTick = "compiled",
    workers: int = 2,
    progress: Progress | None = None,
    *,
    precision: float | None = None,
    max_replications: int = MOST,
    provisional: Provisional | None = None,
    assumptions: int | None = None,
) -> Comparison:
    """Run strategies on the same seeds: a given number of them, or as many as a precision asks for.

    Parameters
    ----------
    scenario
        The world.
    strategies
        What to compare; names must differ.
    replications
        Number of seeds; every strategy runs on each. `REPLICATIONS` if no precision is given either.
    seed
        What the seeds of the replications are made from; the comparison lists them.
    baseline
        Name of the strategy that differences are taken against.
    engine
        "compiled" or "mesa", or a tick of one's own, see `sim.compile_tick`.
    workers
        Threads; results do not depend on their number.
    progress
        Called with (runs done, runs in all) after each run.
    precision
        In place of replications: the greatest half-width, as a share of customers, that the 95 % interval
        of how many more stay than under the baseline may have, for each strategy by itself. A first stage
        decides how many replications that takes. Where the differences of replications are normal, each
        interval holds the true difference with exactly 95 %; see `sim.study.two_stages`.
    max_replications
        Replications after which to stop though the precision is not reached; the intervals are wider then
        and keep their confidence.
    provisional
        Called after each whole replication with (the comparison so far, replications in all as far as known).
    assumptions
        Worlds to draw over what nobody has measured, in each of which every strategy is run once; see
        `sim.study.doubt`. None for none.

    Raises
    ------
    ConfigurationError
        If the baseline is not among the strategies, a name stands twice, a number is out of its range,
        a precision is given together with replications or for the baseline alone, or assumptions are to
        be drawn under a tick of one's own.
    """
    names = [strategy.name for strategy in strategies]
    if baseline not in names:
        raise ConfigurationError(
            "baseline", f"'{baseline}' is not among the strategies", nearest(baseline, names)
        )
    check_once("strategies", names)
    asked = asked_precision(precision, max_replications, replications, len(names))
    first = asked.first if asked else REPLICATIONS if replications is None else replications
    check_least(replications=(first, 1), workers=(workers, 1))
    for strategy in strategies:
        check_compatible(scenario, strategy)
    if assumptions is not None:
        check_draws(assumptions)
        if isinstance(engine, OwnTick):
            # A drawn world is set so that it rests under the shipped tick.
            raise ConfigurationError(
                "assumptions", "cannot be drawn under a tick of one's own", "leave them out"
            )
    nothing: dict[str, tuple[Outcome, ...]] = dict.fromkeys(names, ())
    found = Comparison(scenario, tuple(strategies), baseline, (), engine, nothing, asked, seed=seed)
    more = (assumptions or 0) * len(strategies)
    found = _extended(found, replication_seeds(seed, first), workers, progress, provisional, more)
    if asked is not None:
        seeds = replication_seeds(seed, min(found.replications_needed(), asked.most))
        found = _extended(found, seeds[first:], workers, progress, provisional, more)
    if assumptions is not None:
        found = _doubted(found, assumptions, seed, workers, progress)
    return found


def _doubted(found: Comparison, draws: int, seed: int, workers: int, progress: Progress | None) -> Comparison:
    """Return a comparison with its strategies run in drawn worlds, reporting while they run."""
    items, drawn = drawn_worlds(found.scenario, draws, seed)
    runs = len(found.strategies)
    worlds: dict[int, dict[str, dict[str, float]]] = {}
    for number, metrics in doubt_runs(found.scenario, found.strategies, drawn, found.seeds, workers):
        worlds[number] = metrics
        if progress is not None:
            progress((len(found.seeds) + len(worlds)) * runs, (len(found.seeds) + draws) * runs)
    return replace(found, doubt=collected(items, drawn, found.baseline, worlds))


def _extended(
    before: Comparison,
    seeds: Sequence[int],
    workers: int,
    progress: Progress | None,
    provisional: Provisional | None,
    more: int,
) -> Comparison:
    """Return a comparison with some more seeds, reporting while they run; more runs come after."""
    strategies = before.strategies
    found: dict[int, dict[str, Outcome]] = {number: {} for number in seeds}
    planned = len(before.seeds) + len(seeds)
    runs = len(before.seeds) * len(strategies)
    for number, name, outcome in run_replications(
        before.scenario, strategies, seeds, before.engine, workers, compiled=bool(before.seeds)
    ):
        found[number][name] = outcome
        runs += 1
        if progress is not None:
            progress(runs, planned * len(strategies) + more)
        if provisional is not None and len(found[number]) == len(strategies):
            provisional(_joined(before, found), planned)
    return _joined(before, found)


def _joined(before: Comparison, found: Mapping[int, Mapping[str, Outcome]]) -> Comparison:
    """Return a comparison with the further seeds on which every strategy has been run."""
    whole = {number: runs for number, runs in found.items() if len(runs) == len(before.strategies)}
    outcomes = {
        name: (*parts, *(runs[name] for runs in whole.values())) for name, parts in before.outcomes.items()
    }
    return replace(before, seeds=(*before.seeds, *whole), outcomes=outcomes)
