"""What `--help` and `--version` say: of the program, and of one command."""

import dataclasses
import importlib
import json
from typing import Any

import sim
from sim.report.text import aligned
from sim.world.parameter import registry

USAGE = """\
tenure: simulate customers one by one and see which retention strategy keeps more of them

usage: tenure [scenario=NAME] [strategies=[NAME,...]] [key=value ...]   compare strategies
       tenure -m key=value,value ...        the same for every combination of the values
       tenure scenarios                     the worlds there are
       tenure strategies [scenario=NAME]    the strategies there are for one
       tenure presets                       named changes of a world, such as another reading of the sources
       tenure levers                        what a strategy can do, with units, ranges, sources
       tenure parameters                    what a world consists of, in the same way
       tenure metrics                       what is measured: unit, formula, and what one sees by it
       tenure order                         what happens in a tick, in order
       tenure odd                           the whole model, described by the ODD protocol (Markdown)
       tenure validate [C9 ...|quick] [out=FOLDER] [workers=N]     what is reproduced, and what is not
       tenure validate engines|lateness [customers=N] [seed=N]     single checks with a report of their own
       tenure study=keep_rate [scenario=NAME,...] [key=value ...]     where a promise starts to do harm
       tenure study=NAME [scenario=NAME,...] [key=value ...]          a sweep, see conf/study/README.md
       tenure -m study=NAME scenario=NAME,... 'shard=range(0,8)' hydra/launcher=local|ray_local|slurm
       tenure calibrate orders=FILE|contracts=FILE|survival=FILE|survey=FILE|experiment=FILE|targets=FILE
                        [name=mine] [out=FOLDER] [scenario=NAME] [columns.customer=NAME ...]   from your data
       tenure --config-dir FOLDER forecast [scenario=mine] [horizon=12] [holdout=FILE]   what they will do
       tenure results FOLDER [sql="select ..."] [out=FILE.csv]        what a sweep has found
       tenure report FOLDER [lang=ru] [out=FILE.html]                 the report of finished results, again
       tenure app [scenario=NAME] [lang=en|ru] [port=N] [host=0.0.0.0] [show=false] [customers=N] [seed=N]
                                            two worlds side by side in a browser, for a workshop
{analyses}

options: --config-dir DIR   your own files: DIR/{{scenario,strategy,preset,study}}/*.yaml
         --cfg              show the configuration, resolved, and run nothing
         -m, --multirun     sweep
         --fail-fast        end a study's sweep at the first point that fails
         --version, --help  the latter also of a command: tenure calibrate --help

settings:
{settings}

Tables and listings also come in Russian: lang=ru.
Any value of the scenario and of one strategy can be changed:
  tenure scenario.customers.orders.mean=20 strategies.guarantee.commitments.delivery.payout=0.5
Results go to outputs/<date>/<time>; choose another folder with hydra.run.dir=FOLDER."""

OWN = {
    "calibrate": ("sim.cli.calibrations", "a firm's own files become a scenario", "docs/how-to/calibrate.md"),
    "forecast": ("sim.cli.forecasts", "what the customers of a calibrated world will do", "README.md"),
    "app": ("sim.cli.app", "two worlds side by side in a browser, for a workshop", "docs/workshop"),
}
"""Commands that have settings of their own only: their module, what they are for, where more is said."""
FREE = {
    "calibrate": "columns.NAME=COLUMN says which column is which; the others are guessed, and shown.",
    "forecast": "columns.NAME=COLUMN says which column of a later file is which, if it differs.",
}
"""Keys that are as the user's data have them."""
NEEDED = "(needed)"


def usage() -> str:
    """Return the help of the program."""
    from sim.cli.analyses import ANALYSES

    lines = [f"       {f'tenure {name} [key=value ...]':<36} {line}" for name, line in ANALYSES.items()]
    rows = [(f"  {key}={default}", meaning) for key, default, _, meaning in _main_settings()]
    return USAGE.format(settings=aligned(rows), analyses="\n".join(lines))


def command_usage(name: str) -> str | None:
    """Return the help of a command; None if it has no settings to tell."""
    from sim.cli.analyses import ANALYSES

    if name in OWN:
        module, meaning, more = OWN[name]
        settings = _settings(importlib.import_module(module).Settings)
        parts = [f"tenure {name}: {meaning}; see {more}", _table(settings)]
        if name in FREE:
            parts.append(FREE[name])
        return "\n\n".join(parts)
    if name not in ANALYSES:
        return None
    from sim.cli.analyses.frame import NOT_HERE, OUT, analysis

    own = [
        *_settings(analysis(name).Settings),
        (OUT, f"outputs/{name}", "text", "folder of the results"),
    ]
    elsewhere = {*NOT_HERE, *(key for key, *_ in own)}
    shared = [row for row in _main_settings() if row[0] not in elsewhere]
    return "\n\n".join(
        (
            f"tenure {name}: {ANALYSES[name]}",
            _table(own),
            f"shared with tenure scenario=NAME:\n\n{_table(shared)}",
            "scenario=NAME, strategies=[NAME,...] and any value of the scenario or of a strategy, as there.",
        )
    )


def version() -> str:
    """Return the program's name and version."""
    return f"tenure {sim.__version__}"


Row = tuple[str, str, str, str]


def _main_settings() -> list[Row]:
    from sim.cli.plan import Settings
    from sim.world.library import read_yaml, shipped

    defaults = read_yaml(shipped("conf") / "config.yaml")
    return [(path, _shown(defaults[path]), entry.range, entry.meaning) for path, entry in registry(Settings)]


def _settings(kind: type) -> list[Row]:
    """Return key, default, range and meaning of the settings of a command."""
    needed = {item.name for item in dataclasses.fields(kind) if item.default is dataclasses.MISSING}
    rows = []
    for path, entry in registry(kind):
        default = NEEDED if path in needed else _shown(entry.default)
        rows.append((path, default, _range(entry.range, entry.unit), entry.meaning))
    return rows


def _range(limits: str, unit: str) -> str:
    return unit if limits == "any" else limits


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False).replace('"', "")


def _table(rows: list[Row]) -> str:
    return aligned([("setting", "default", "valid", "meaning"), *rows], head=True)
