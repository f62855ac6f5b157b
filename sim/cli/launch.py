"""Check a command, then run it: once, or by Hydra for every combination of a sweep."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import hydra
import yaml
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from sim.cli.complaints import complaint
from sim.cli.composition import VERSION_BASE, check, config_folder, task_values
from sim.cli.overrides import CONFIG_NAME, Folders
from sim.cli.plan import plan


def resolved(words: list[str], folders: Folders, *, multirun: bool) -> str:
    """Return the configuration of the (first) job as YAML, everything resolved and checked."""
    first = check(words, folders, multirun=multirun)
    return yaml.safe_dump(first.plan.configuration(), sort_keys=False, allow_unicode=True).rstrip()


def launch(words: list[str], folders: Folders, *, multirun: bool, command: list[str]) -> None:
    """Check a command, then run the main job once or as a sweep.

    Parameters
    ----------
    words
        Overrides as typed.
    folders
        A user's own folders.
    multirun
        Whether to sweep.
    command
        The whole command, for the record.

    Raises
    ------
    ConfigurationError
        If something is wrong with the command; nothing was written then, unless two swept values
        that are both right cannot stand together.
    """
    first = check(words, folders, multirun=multirun)
    from sim.cli.job import run  # not before: a mistake is told without waiting for what runs

    if first.plain:  # Hydra would compose all of it twice more, which a first answer would wait for
        first.folder.mkdir(parents=True, exist_ok=True)
        run(first.plan, first.folder, command, _own(words))
        return

    def job(configuration: DictConfig) -> None:
        scenario = str(HydraConfig.get().runtime.choices["scenario"])
        run(
            plan(task_values(configuration), scenario, folders),
            Path(HydraConfig.get().runtime.output_dir),
            command,
            list(HydraConfig.get().overrides.task),
        )

    by_hydra(job, words, multirun=multirun)


def by_hydra(job: Callable[[DictConfig], None], words: list[str], *, multirun: bool) -> None:
    """Have Hydra compose and run a job, or a job for each combination of a sweep.

    Parameters
    ----------
    job
        What a job does with its configuration.
    words
        Overrides.
    multirun
        Whether to sweep.

    Raises
    ------
    ConfigurationError
        If Hydra finds something wrong.
    """
    application = hydra.main(config_path=config_folder(), config_name=CONFIG_NAME, version_base=VERSION_BASE)(
        job
    )
    arguments = ["tenure", *(["--multirun"] if multirun else []), *words]
    with _process(arguments):
        try:
            application()
        except (HydraException, OmegaConfBaseException) as error:
            raise complaint(error) from None


def _own(words: list[str]) -> list[str]:
    """Return the overrides that are ours, without Hydra's, as Hydra lists them."""
    return [word for word in words if not word.lstrip("+~").startswith("hydra.")]


@contextmanager
def _process(arguments: list[str]) -> Iterator[None]:
    """Show Hydra the arguments it shall see, and make it raise errors instead of printing them."""
    before = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = arguments
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        yield
    finally:
        sys.argv = before[0]
        if before[1] is None:
            del os.environ["HYDRA_FULL_ERROR"]
        else:
            os.environ["HYDRA_FULL_ERROR"] = before[1]
