"""Words of the command line that are settings of one command: key=value, each given once."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from sim.world.errors import ConfigurationError, nearest


def texts_by_key(
    words: Sequence[str],
    command: str,
    example: str,
    known: Collection[str] | None = None,
    open_below: str | None = None,
) -> dict[str, str]:
    """Return by key what is given, as it was typed.

    Parameters
    ----------
    words
        What follows the command.
    command
        Its name, for messages.
    example
        A setting of it, for messages.
    known
        Its keys; None where they are checked elsewhere.
    open_below
        Beginning of keys that go on as the user's own data have it, such as "columns.".

    Raises
    ------
    ConfigurationError
        If a word is no setting, is unknown or is given twice.
    """
    found: dict[str, str] = {}
    for word in words:
        key, sign, text = word.partition("=")
        if not sign:
            raise ConfigurationError(word, "is no setting", f"settings are key=value, for example {example}")
        free = open_below is not None and key.startswith(open_below)
        if known is not None and key not in known and not free:
            choices = [*known, *([f"{open_below}NAME"] if open_below else [])]
            raise ConfigurationError(key, f"unknown key of tenure {command}", nearest(key, choices))
        if key in found:
            raise ConfigurationError(key, "is given twice", "give it once")
        found[key] = text
    return found


def folder_and_texts(
    words: Sequence[str], command: str, example: str, known: Mapping[str, str]
) -> tuple[Path, dict[str, str]]:
    """Return the one folder that is named, and by key what is given beside it.

    Parameters
    ----------
    words
        What follows the command.
    command
        Its name, for messages.
    example
        The whole command, for messages.
    known
        Its keys, with an example of each.

    Raises
    ------
    ConfigurationError
        If no folder is named or several are, or a key is unknown, has no value or is given twice.
    """
    # A folder may have an equals sign in its name, so what is there is a folder.
    settings = [
        word for word in words if "=" in word and (word.partition("=")[0] in known or not Path(word).exists())
    ]
    folders = [word for word in words if word not in settings]
    texts = texts_by_key(settings, command, example, known)
    for key, text in texts.items():
        if not text.strip():
            raise ConfigurationError(key, "has no value", f"for example {known[key]}")
    if len(folders) != 1:
        problem = "names no folder" if not folders else f"names {len(folders)} folders"
        raise ConfigurationError(command, problem, f"for example {example}")
    return Path(folders[0]), texts
