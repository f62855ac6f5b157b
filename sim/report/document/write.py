"""Write a report as one file, whole or not at all."""

from pathlib import Path

from sim.report.document.findings import Findings
from sim.world.errors import ConfigurationError


def write_report(found: Findings, path: Path, lang: str) -> Path:
    """Write a report; return the path.

    Parameters
    ----------
    found
        What it tells.
    path
        Where to; folders are made.
    lang
        "en" or "ru".

    Raises
    ------
    ConfigurationError
        If the language is unknown, or nothing can be written there.
    """
    from sim.report.document.page import page
    from sim.study.sweep.whole import write_whole

    if path.is_dir():
        raise ConfigurationError("path", f"'{path}' is a folder", "give a file, for example report.html")
    text = page(found, lang)
    write_whole(path, lambda file: file.write(text.encode()))
    return path
