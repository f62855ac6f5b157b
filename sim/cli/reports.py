"""The command `tenure report FOLDER`: the report of a finished main job, made again in a language."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sim
from sim.cli.settings import folder_and_texts
from sim.language.words import LANGUAGES
from sim.world.errors import ConfigurationError, nearest

KEYS = {"lang": "lang=ru", "out": "out=report.html"}
"""With an example of each."""
EXAMPLE = "tenure report outputs/2026-01-31/12-00-00 lang=ru"
MAKE = "give the folder that the main job has written: it holds manifest.json and report.json"


def make_report(words: Sequence[str]) -> int:
    """Make the report of a finished main job again; return the exit status.

    Nothing is run: the numbers stand in report.json, beside the results.

    Parameters
    ----------
    words
        The folder; ``lang=…``, the language; ``out=…``, the file, by default report_LANG.html in the folder.

    Raises
    ------
    ConfigurationError
        If the folder is none of the main job, or of another version, or a file of it is damaged.
    """
    from sim.cli.job import shown
    from sim.cli.screen import say
    from sim.report.document.stored import from_text
    from sim.report.document.write import write_report

    folder, asked = folder_and_texts(words, "report", EXAMPLE, KEYS)
    lang = asked.get("lang", LANGUAGES[0])
    if lang not in LANGUAGES:
        raise ConfigurationError("lang", f"unknown language '{lang}'", nearest(lang, LANGUAGES))
    out = Path(asked["out"]) if "out" in asked else folder / f"report_{lang}.html"
    if out.is_dir():
        raise ConfigurationError("out", f"'{out}' is a folder", "give a file, for example out=report.html")
    text = _stored(folder)
    try:
        found = from_text(text)
    except ValueError:
        raise ConfigurationError(
            "report", f"'{folder / 'report.json'}' is damaged", "run the main job again"
        ) from None
    say(f"report: {shown(write_report(found, out, lang).absolute())}")
    return 0


def _stored(folder: Path) -> str:
    """Return what report.json in a folder holds, if it is what the manifest beside it says it is."""
    from sim.report.document.stored import FILE
    from sim.study.store import MANIFEST

    if not folder.is_dir():
        problem = "is a file" if folder.exists() else "is not there"
        raise ConfigurationError("report", f"'{folder}' {problem}", MAKE)
    try:
        manifest: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        version, files = manifest["version"], manifest["files"]
        digest = files.get(FILE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigurationError("report", f"'{folder}' holds no results of the main job", MAKE) from None
    if version != sim.__version__:
        raise ConfigurationError(
            "report",
            f"'{folder}' was written by version {version}, this is {sim.__version__}",
            "run the main job again; its manifest.json holds the command",
        )
    if digest is None:
        raise ConfigurationError("report", f"'{folder}' holds results of another command", MAKE)
    try:
        content = (folder / FILE).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise ConfigurationError(
            "report", f"'{folder / FILE}' is missing or was changed since", "run the main job again"
        )
    return content.decode()
