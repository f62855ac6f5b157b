"""What Hydra composes from a command, checked before anything runs or is written."""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.cli.complaints import complaint
from sim.cli.groups import register
from sim.cli.overrides import CONFIG_NAME, Folders, check_override, check_twice, combinations, parsed
from sim.cli.plan import Plan, plan
from sim.world.errors import ConfigurationError
from sim.world.library import shipped

VERSION_BASE = "1.3"


@dataclass(frozen=True)
class Checked:
    """What a command stands for, once it is found to be right.

    Parameters
    ----------
    plan
        Of the first job.
    folder
        Where it writes to; of a sweep, where all do.
    plain
        Whether Hydra has nothing more to do than it has done: no sweep, no setting of its own but the folder.
    """

    plan: Plan
    folder: Path
    plain: bool


def config_folder() -> str:
    """Return the folder of the primary configuration, absolute."""
    return str(shipped("conf"))


def check(words: list[str], folders: Folders, *, multirun: bool) -> Checked:
    """Check a command and prepare Hydra for it, without writing anything.

    Every combination that a sweep begins with and every further value of each swept key is
    composed and built once; the combinations of two further values are not, for their number
    grows with the product.

    Parameters
    ----------
    words
        Overrides as typed.
    folders
        A user's own folders.
    multirun
        Whether a comma means a sweep.

    Returns
    -------
    Checked
        What it stands for.

    Raises
    ------
    ConfigurationError
        At the first mistake.
    """
    try:
        overrides = parsed(words)
        multirun = multirun or any(word == "hydra.mode=MULTIRUN" for word in words)
        for override in overrides:
            check_override(override, multirun=multirun)
        check_twice(overrides)
        register(overrides, folders)
        plans: list[Plan] = []
        folder = Path()
        for combination in combinations(overrides, folders):
            configuration = composed(combination)
            if not plans:
                folder = _check_output(configuration, multirun=multirun)
            plans.append(_planned(configuration, folders, tell_scenario=multirun))
        keys = {str(override.key_or_group) for override in overrides}
        own = {key for key in keys if re.split(r"[./]", key)[0] == "hydra"}
        return Checked(plans[0], folder, plain=not multirun and own <= {"hydra.run.dir"})
    except (HydraException, OmegaConfBaseException) as error:
        raise complaint(error) from None


def _planned(configuration: DictConfig, folders: Folders, *, tell_scenario: bool) -> Plan:
    """Build the plan of one job; in a sweep an error says in which scenario it arose."""
    scenario = chosen_scenario(configuration)
    try:
        return plan(task_values(configuration), scenario, folders)
    except ConfigurationError as error:
        if not tell_scenario:
            raise
        raise ConfigurationError(error.key, f"{error.problem} (in {scenario})", error.advice) from None


def composed(words: list[str]) -> DictConfig:
    """Return what Hydra composes from overrides, its own part included.

    Raises
    ------
    ConfigurationError
        If a group is given something that is neither a name nor a list of names.
    """
    try:
        with initialize_config_dir(config_folder(), version_base=VERSION_BASE):
            return compose(CONFIG_NAME, overrides=words, return_hydra_config=True)
    except ValueError as error:  # Hydra's plain form of a wrong type for a group
        if isinstance(error, HydraException | OmegaConfBaseException):
            raise
        raise complaint(error) from None


def chosen_scenario(configuration: DictConfig) -> str:
    """Return the name of the scenario that a composed configuration was made from."""
    return str(configuration.hydra.runtime.choices.get("scenario"))


def task_values(configuration: DictConfig) -> dict[str, Any]:
    """Return the composed values without Hydra's own part, as plain values."""
    plain = OmegaConf.masked_copy(configuration, [str(key) for key in configuration if key != "hydra"])
    values = OmegaConf.to_container(plain, resolve=True, throw_on_missing=False)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


def _check_output(configuration: DictConfig, *, multirun: bool) -> Path:
    """Return the folder of the results, absolute, that can be written to."""
    key = "hydra.sweep.dir" if multirun else "hydra.run.dir"
    HydraConfig.instance().set_config(configuration)  # the folder may refer to hydra:…
    try:
        folder = Path(str(OmegaConf.select(configuration, key)))
    finally:
        HydraConfig.instance().cfg = None
    created: list[Path] = []
    try:
        for place in reversed([folder, *folder.parents]):
            if not place.exists():
                place.mkdir()
                created.append(place)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigurationError(
            key,
            f"cannot write to '{folder}': {error.strerror or error}",
            f"choose a folder you may write to, for example {key}=results",
        ) from None
    finally:
        for place in reversed(created):
            os.rmdir(place)
    return folder.absolute()
