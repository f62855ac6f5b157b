"""Run the worlds that stand behind logs with known truth."""

from functools import partial

from sim.engine.hand_over.transactions import START, start_date
from sim.engine.simulation import Engine, simulate
from sim.study.compare import replication_seeds
from sim.study.known_truth.channels import CHANNELS, Spill, with_channels
from sim.study.known_truth.data import BenchmarkData
from sim.study.known_truth.selection import ChosenBy, check_selection, select
from sim.study.unfinished import Job, Notebook, Progress, finish
from sim.study.who.study import LUCKS, individual_effects
from sim.study.who.worlds import halved, random_half, same_people, some_treated
from sim.world.errors import check_least
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

CHANNEL_LUCKS = 20


def benchmark_data(
    scenario: Scenario,
    strategy: Strategy,
    lucks: int = LUCKS,
    seed: int = 1,
    *,
    chosen_by: ChosenBy = "risk",
    confounding: float = 1.0,
    hidden: bool = False,
    channel_lucks: int = CHANNEL_LUCKS,
    start: str = START,
    events: bool = False,
    engine: Engine = "compiled",
    workers: int = 2,
    progress: Progress | None = None,
    notebook: Notebook | None = None,
) -> BenchmarkData:
    """Return a randomised and an observational log of the same customers, and the truth about them.

    Treatment is assigned before the first tick, to about half of the customers in either log. Who gets the
    strategy meets it as the strategy says: who never qualifies is assigned, and not reached.

    Parameters
    ----------
    scenario, strategy
        The world, and what is to be estimated; the others get present practice.
    lucks
        Over which chances to stay are averaged, at least `sim.study.who.study.LUCKS`.
    seed
        Of the people, of the lucks and of the logs.
    chosen_by
        Who is treated in the observational log, see `sim.study.known_truth.selection.select`.
    confounding
        How strongly, log-odds per standard deviation of the score; 0: chance alone.
    hidden
        Whether score and propensity are kept from the observational table.
    channel_lucks
        Over which the spillover of each channel is averaged.
    start
        Day on which the logs begin.
    events
        Whether all events are among the tables, not the payments only.
    engine, workers
        What runs the customers, and in how many threads; results do not depend on either.
    progress
        Called with (parts done, parts in all).
    notebook
        Where finished parts are kept; what it holds is not run again.

    Raises
    ------
    ConfigurationError
        If the strategy has no lever or cannot be carried out, or a setting is out of range.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load_scenario("courier").replace({"customers.count": 50, "time.horizon": 0.1})
    >>> data = sim.benchmark_data(scenario, sim.load_strategies(["guarantee"], scenario)[0], channel_lucks=2)
    >>> sorted(data.tables)[0]
    'estimates'
    """
    start_date(start)
    check_selection(chosen_by, confounding)
    check_least(channel_lucks=(channel_lucks, 2))
    baseline = Strategy(name="baseline")
    log_luck = replication_seeds(seed, lucks + 1)[-1]
    notes = notebook or Notebook()
    extra = len(CHANNELS) * channel_lucks
    effects = individual_effects(
        scenario,
        strategy,
        baseline,
        lucks,
        seed,
        engine=engine,
        workers=workers,
        progress=None if progress is None else lambda done, total: progress(done, total + extra),
        notebook=notes,
    )
    batches = -(-lucks // 10)
    jobs: dict[str, Job] = {
        f"{name} | {luck}": partial(
            Spill(with_channels(scenario, name), strategy, baseline, effects.seed, engine).of, luck
        )
        for name in CHANNELS
        for luck in effects.lucks[:channel_lucks]
    }
    done = finish(
        jobs,
        notes,
        workers,
        None if progress is None else lambda part, total: progress(batches + part, batches + total),
    )
    people = same_people(effects.seed)
    half = random_half(scenario.customers.count, log_luck)
    selection = select(scenario, effects.people, chosen_by, confounding, log_luck)
    nobody, everybody = (
        simulate(scenario, one, log_luck, engine, people=people) for one in (baseline, strategy)
    )
    randomised, observational = (
        simulate(
            scenario,
            halved(strategy),
            log_luck,
            engine,
            watch="all",
            people=some_treated(people, effects.seed, chosen),
        )
        for chosen in (half, selection.chosen)
    )
    return BenchmarkData(
        effects,
        log_luck,
        nobody,
        everybody,
        randomised,
        observational,
        half,
        selection,
        hidden,
        {name: [done[f"{name} | {luck}"][0] for luck in effects.lucks[:channel_lucks]] for name in CHANNELS},
        start,
        events,
    )
