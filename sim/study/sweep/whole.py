"""Write a file so that it is there whole or not at all, whatever happens at whatever moment."""

import errno
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from sim.study.store import flush
from sim.world.errors import ConfigurationError

UNFINISHED = ".unfinished-"
"""How the name of a file begins that is being written; one that is left over was cut off."""
FULL = (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Write a file under another name, have it on the disk, then give it its own name in one step.

    Two who write the same at the same time do no harm, for whoever comes last puts the same in its place.

    Parameters
    ----------
    path
        Where it shall stand; folders are made.
    write
        Writes the content into an open file.

    Raises
    ------
    ConfigurationError
        If the disk is full or cannot be written to; nothing of the file is there then.
    """
    temporary = path.parent / f"{UNFINISHED}{uuid.uuid4().hex}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        flush(path.parent)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot_write(path.parent, error) from None
        raise


def _cannot_write(folder: Path, error: OSError) -> ConfigurationError:
    if error.errno in FULL:
        problem, advice = "the disk is full", "make room"
    else:
        problem, advice = f"cannot be written to: {error.strerror or error}", "see to it"
    return ConfigurationError(
        "out", f"'{folder}': {problem}", f"{advice} and give the same command again: what is finished is kept"
    )
