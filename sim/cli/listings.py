"""The commands that only tell: what there is, with units, ranges and sources."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sim
from sim.report.text import aligned
from sim.world.errors import ConfigurationError

if TYPE_CHECKING:
    from sim.report.odd import Check

Folders = tuple[Path, ...]

USAGE = """\
tenure: simulate customers one by one and see which retention strategy keeps more of them

usage: tenure [scenario=NAME] [strategies=[NAME,...]] [key=value ...]   compare strategies
       tenure -m key=value,value ...        the same for every combination of the values
       tenure scenarios                     the worlds there are
       tenure strategies [scenario=NAME]    the strategies there are for one
       tenure presets                       named changes of a world, such as another reading of the sources
       tenure levers                        what a strategy can do, with units, ranges, sources
       tenure parameters                    what a world consists of, in the same way
       tenure order                         what happens in a tick, in order
       tenure odd                           the whole model, described by the ODD protocol (Markdown)
       tenure validate [C9 ...|quick] [out=FOLDER] [workers=N]     what is reproduced, and what is not
       tenure validate engines|lateness [customers=N] [seed=N]     single checks with a report of their own
       tenure study=keep_rate [scenario=NAME,...] [key=value ...]     where a promise starts to do harm
       tenure study=NAME [scenario=NAME,...] [key=value ...]          a sweep, see conf/study/README.md
       tenure -m study=NAME scenario=NAME,... 'shard=range(0,8)' hydra/launcher=local|ray_local|slurm
       tenure calibrate orders=FILE|contracts=FILE|survival=FILE|survey=FILE|targets=FILE [name=mine]
                        [out=FOLDER] [scenario=NAME] [columns.customer=NAME ...]   your own customers
       tenure --config-dir FOLDER forecast [scenario=mine] [horizon=12] [holdout=FILE]   what they will do
       tenure results FOLDER [sql="select ..."] [out=FILE.csv]        what a sweep has found
{analyses}

options: --config-dir DIR   your own files: DIR/{{scenario,strategy,preset,study}}/*.yaml
         --cfg              show the configuration, resolved, and run nothing
         -m, --multirun     sweep
         --fail-fast        end a study's sweep at the first point that fails
         --version, --help

settings:
{settings}

Any value of the scenario and of one strategy can be changed:
  tenure scenario.customers.orders.mean=20 strategies.guarantee.commitments.delivery.payout=0.5
Results go to outputs/<date>/<time>; choose another folder with hydra.run.dir=FOLDER."""


def usage() -> str:
    """Return the help."""
    from sim.cli.plan import Settings
    from sim.world.library import read_yaml, shipped
    from sim.world.parameter import registry

    defaults = read_yaml(shipped("conf") / "config.yaml")
    rows = []
    for path, entry in registry(Settings):
        rows.append((f"  {path}={json.dumps(defaults[path])}".replace('"', ""), entry.meaning))
    from sim.cli.analyses import ANALYSES

    lines = [f"       {f'tenure {name} [key=value ...]':<37}{line}" for name, line in ANALYSES.items()]
    return USAGE.format(settings=aligned(rows), analyses="\n".join(lines))


def version() -> str:
    """Return the program's name and version."""
    return f"tenure {sim.__version__}"


def listing(name: str, words: Sequence[str], folders: Folders) -> str:
    """Return the text of a listing command.

    Parameters
    ----------
    name
        scenarios, strategies, presets, levers, parameters, order or odd.
    words
        What follows it.
    folders
        A user's own folders.

    Raises
    ------
    ConfigurationError
        If something follows that the command does not know.
    """
    scenario = None
    for word in words:
        key, _, value = word.partition("=")
        if name != "strategies" or key != "scenario" or not value:
            advice = "write scenario=NAME" if name == "strategies" else f"tenure {name} takes nothing more"
            raise ConfigurationError(word, f"is not understood by tenure {name}", advice)
        scenario = value
    if name == "scenarios":
        return scenarios(folders)
    if name == "presets":
        return presets(folders)
    if name == "strategies":
        return strategies(scenario, folders)
    return {"levers": levers, "parameters": parameters, "order": order, "odd": odd}[name]()


def scenarios(folders: Folders) -> str:
    """Return the scenarios there are: name, title, file."""
    from sim.world.library import load_scenario, scenario_files

    rows = [("scenario", "title", "from")]
    for name, path in sorted(scenario_files(folders).items()):
        rows.append((name, load_scenario(name, folders).title, _place(path)))
    return aligned(rows, head=True)


def presets(folders: Folders) -> str:
    """Return the presets there are: name, title, what they set, source."""
    from sim.world.library import load_preset, preset_files

    rows = [("preset", "title", "sets", "source")]
    for name in sorted(preset_files(folders)):
        preset = load_preset(name, folders)
        values = [f"{path}={value}" for path, value in preset.values.items()]
        rows.append((name, preset.title, values[0], preset.source))
        rows += [("", "", value, "") for value in values[1:]]
    return aligned(rows, head=True)


def strategies(scenario_name: str | None, folders: Folders) -> str:
    """Return the strategies there are for a scenario: name, title, levers, file."""
    from sim.cli.plan import default_choices
    from sim.world.compatibility import check_compatible
    from sim.world.library import load_scenario, load_strategy, strategy_files, strategy_names

    if scenario_name is None:
        scenario_name = str(default_choices()["scenario"])
    scenario = load_scenario(scenario_name, folders)
    general = strategy_files(folders)
    rows = [("strategy", "title", "levers", "from")]
    for name in strategy_names(scenario, folders):
        strategy = load_strategy(name, scenario, folders)
        home = "the scenario" if name in scenario.strategies else _place(general[name])
        try:
            check_compatible(scenario, strategy)
        except ConfigurationError as error:
            home += f"; not here: {error.problem}"
        rows.append((name, strategy.title, ", ".join(strategy.levers()) or "none", home))
    return f"strategies for scenario {scenario.name}\n\n" + aligned(rows, head=True)


def levers() -> str:
    """Return every parameter of a strategy, see `registered`."""
    from sim.world.strategy import Strategy

    head = "on the command line: strategies.NAME.<lever>=value; null switches a lever off"
    return (
        f"{head}; –: off or to be given; costs are 0 unless you set them\n\n{registered('lever', Strategy)}"
    )


def parameters() -> str:
    """Return every parameter of a scenario, see `registered`."""
    from sim.world.scenario import Scenario

    head = "on the command line: scenario.<parameter>=value; mechanisms.<name>=false for short"
    return f"{head}\n\n{registered('parameter', Scenario)}"


def registered(heading: str, kind: type) -> str:
    """Return the registry of a description: path, unit, range, default, meaning, mark and source."""
    from sim.world.parameter import registry

    rows = [(heading, "unit", "range", "default", "meaning", "mark and source")]
    for path, entry in registry(kind):
        if entry.unit in ("text", "texts") or path.startswith(("strategies.", "evidence.")):
            continue
        source = entry.mark if entry.source == entry.mark else f"{entry.mark}: {entry.source}"
        unit = "" if entry.unit == "1" else entry.unit
        rows.append((path, unit, entry.range, _default(entry.default), entry.meaning, source))
    return aligned(rows, head=True)


def _default(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return "all" if value == () else str(value)


def order() -> str:
    """Return the steps of a tick in their order."""
    from sim.behaviour.tick import STEPS

    return aligned([(f"{place}", step, how) for place, (step, how) in enumerate(STEPS, start=1)])


def odd() -> str:
    """Return the description of the model by the ODD protocol, without its last line break."""
    from sim.report.odd import model_description

    return model_description(patterns()).removesuffix("\n")


def patterns() -> "list[Check]":
    """Return the checks of the model in the form in which its description lists them."""
    from sim.evidence.checks import CHECKS
    from sim.report.odd import Check

    return [
        Check(one.name, one.title, one.source, f"tenure validate {one.name}", one.mechanisms)
        for one in CHECKS
    ]


def _place(path: Path) -> str:
    from sim.world.library import shipped

    if path.is_relative_to(shipped("scenarios")):
        return "shipped"
    if path.is_relative_to(shipped("conf")):
        return "shipped, general"
    return str(path)
