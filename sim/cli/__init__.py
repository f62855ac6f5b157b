"""The command line: what is asked for, checked before anything is written, then done."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from sim.world.errors import ConfigurationError, nearest

MISTAKE = 2
INTERRUPTED = 130
FOLDERS = ("scenario", "strategy", "preset", "study")
LISTINGS = (
    "scenarios",
    "strategies",
    "presets",
    "levers",
    "parameters",
    "metrics",
    "order",
    "odd",
    "validate",
    "results",
    "report",
)
OPENED = ("app",)
DATA = ("calibrate", "forecast")
"""Commands about a firm's own data."""


class _Arguments(argparse.ArgumentParser):
    """A parser that tells a mistake in one line, like every other mistake."""

    def error(self, message: str) -> NoReturn:
        option, _, problem = message.removeprefix("argument ").partition(": ")
        raise ConfigurationError(
            option.partition("/")[0], problem or "is not understood", "see tenure --help"
        )


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Arguments(prog="tenure", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("-m", "--multirun", action="store_true")
    parser.add_argument("--config-dir", "-cd", type=Path)
    parser.add_argument("--cfg", action="store_true")
    parser.add_argument("--fail-fast", action="store_true")
    parser.add_argument("--help", "-h", action="store_true")
    parser.add_argument("--version", action="store_true")
    known = [option for action in parser._actions for option in action.option_strings]
    for argument in arguments:
        option = argument.partition("=")[0]
        if option.startswith("-") and option not in known:
            raise ConfigurationError(option, "unknown option", nearest(option, known))
    return parser.parse_intermixed_args(list(arguments))


def _own_folder(words: Sequence[str], chosen: Path | None) -> bool:
    """Return whether a folder that is not there yet is named for a command that will make it."""
    return words[:1] == ["calibrate"] and chosen is not None and not chosen.exists()


def _folders(chosen: Path | None) -> tuple[Path, ...]:
    """Return the user's own folder, checked, as what the library wants."""
    if chosen is None:
        return ()
    if not chosen.is_dir():
        raise ConfigurationError(
            "--config-dir",
            f"there is no folder '{chosen}'",
            "give a folder that holds scenario/*.yaml, strategy/*.yaml, preset/*.yaml or study/*.yaml",
        )
    if not any((chosen / part).is_dir() for part in FOLDERS):
        raise ConfigurationError(
            "--config-dir",
            f"'{chosen}' has no folder scenario, strategy, preset or study",
            "put your files into scenario/*.yaml, strategy/*.yaml, preset/*.yaml and study/*.yaml below it",
        )
    return (chosen.absolute(),)


def _dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["validate"] and not {"--help", "-h"} & set(arguments):
        from sim.cli.validations import validate

        return validate(arguments[1:])
    chosen = _parse(arguments)
    if chosen.help or chosen.version:
        from sim.cli import help as told

        said = told.command_usage(chosen.words[0]) if chosen.help and chosen.words else None
        print(told.version() if not chosen.help else said or told.usage())
        return 0
    folders = (
        (chosen.config_dir.absolute(),)
        if _own_folder(chosen.words, chosen.config_dir)
        else _folders(chosen.config_dir)
    )
    from sim.cli import studies

    if studies.is_study(chosen.words):
        words = [*chosen.words, *(["fail_fast=true"] if chosen.fail_fast else [])]
        return studies.run_study(words, folders, arguments, show=chosen.cfg, multirun=chosen.multirun)
    if chosen.fail_fast:
        raise ConfigurationError("--fail-fast", "is for sweeps", "tenure study=NAME --fail-fast")
    if chosen.words[:1] == ["results"]:
        from sim.cli.results import show_results

        return show_results(chosen.words[1:])
    if chosen.words[:1] == ["report"]:
        from sim.cli.reports import make_report

        return make_report(chosen.words[1:])
    if chosen.words[:1] and chosen.words[0] in LISTINGS:
        from sim.cli import listings

        print(listings.listing(chosen.words[0], chosen.words[1:], folders))
        return 0
    if chosen.words[:1] and chosen.words[0] in OPENED:
        from sim.cli.app import open_app

        return open_app(chosen.words[1:], folders)
    if chosen.words[:1] == ["calibrate"]:
        from sim.cli.calibrations import calibrate_command

        return calibrate_command(chosen.words[1:], folders, arguments)
    if chosen.words[:1] == ["forecast"]:
        from sim.cli.forecasts import forecast_command

        return forecast_command(chosen.words[1:], folders, arguments)
    from sim.cli.analyses import ANALYSES

    if chosen.words[:1] and chosen.words[0] in ANALYSES:
        from sim.cli.analyses.frame import run_analysis

        if chosen.multirun:
            raise ConfigurationError(
                "-m", f"tenure {chosen.words[0]} cannot be swept", "ask for one scenario at a time"
            )
        return run_analysis(chosen.words[0], chosen.words[1:], folders, arguments, show=chosen.cfg)
    for word in chosen.words:
        if "=" not in word and not word.startswith("~"):
            raise ConfigurationError(
                word,
                "is neither a command nor a setting",
                f"{nearest(word, (*LISTINGS, *OPENED, *DATA, *ANALYSES))} (settings are key=value)",
            )
    from sim.cli import launch
    from sim.cli.overrides import spelled_out

    words = [spelled_out(word) for word in chosen.words]
    if chosen.cfg:
        print(launch.resolved(words, folders, multirun=chosen.multirun))
        return 0
    launch.launch(words, folders, multirun=chosen.multirun, command=arguments)
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments without the program's name; those of the process if None.

    Returns
    -------
    int
        Exit status: 0 done, 2 a mistake in the configuration (told in one line on standard
        error, nothing written), 130 interrupted, 1 anything else.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _dispatch(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except ConfigurationError as error:
        print("tenure: " + " ".join(str(error).split()), file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        print("tenure: interrupted; no half-written file was left", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a listing, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception:
        traceback.print_exc()
        return 1


def command() -> NoReturn:
    """Run the command line and end the process with its status.

    After an interrupt the process ends at once: a compiled run in a thread would else be waited
    for to its end. Nothing is half-written, for results are written by the main thread only.

    Linear algebra is left one thread unless the user says otherwise: runs have threads of their own, and
    those of OpenBLAS would take a quarter of a second of processor time only to start.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    status = main()
    if status == INTERRUPTED:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
