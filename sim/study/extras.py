"""Libraries that only some studies need, and what to install for them."""

from importlib import import_module
from typing import Any

from sim.world.errors import ConfigurationError


def needed(module: str, extra: str, library: str, command: str) -> Any:
    """Import a library that is an extra of the package.

    Parameters
    ----------
    module
        What to import.
    extra
        Name of the extra that installs it.
    library
        Its name, as people know it.
    command
        What needs it.

    Raises
    ------
    ConfigurationError
        If it is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise ConfigurationError(
            command, f"needs {library}, which is not installed", f"pip install 'tenure[{extra}]'"
        ) from None
