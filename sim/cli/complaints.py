"""Hydra's and OmegaConf's complaints in our own form: a key, what is wrong, what would be right."""

from hydra.errors import MissingConfigException
from omegaconf import DictConfig
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException

from sim.world.errors import ConfigurationError, nearest

NAMED_PARTS = ("segments", "tiers", "phases")


def complaint(error: Exception) -> ConfigurationError:
    """Return the error of a composition as a mistake in one line."""
    cause = error if isinstance(error, OmegaConfBaseException) else error.__cause__
    if isinstance(cause, OmegaConfBaseException) and cause.full_key:
        return _value_complaint(cause)
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        group, _, name = str(error.missing_cfg_file).rpartition("/")
        return ConfigurationError(
            group or name, f"unknown choice '{name}'", nearest(name, error.options or ())
        )
    return ConfigurationError("command line", _first_line(error), "see tenure --help")


def _value_complaint(cause: OmegaConfBaseException) -> ConfigurationError:
    key = str(cause.full_key)
    if not isinstance(cause, ConfigKeyError | ConfigAttributeError):
        return ConfigurationError(key, _first_line(cause), "write the value itself, of the right type")
    parent = cause.parent_node
    if not isinstance(parent, DictConfig) or parent._is_none() or not len(parent):
        above = key.rpartition(".")[0]
        return ConfigurationError(
            key, f"'{above}' has no settings below it", "set one or the other, not both"
        )
    known = [str(name) for name in parent]
    advice = nearest(str(cause.key), known)
    if key.split(".")[-2:-1] and key.split(".")[-2] in NAMED_PARTS:
        advice += f" (a new one begins with +: +{key}.…)"
    return ConfigurationError(key, "unknown key", advice)


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[0]
