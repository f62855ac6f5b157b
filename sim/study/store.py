"""How results reach the disk: whole or not at all, with what is needed to repeat them."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import sim

MANIFEST = "manifest.json"
PACKAGES = (
    "great-tables",
    "hydra-core",
    "jinja2",
    "matplotlib",
    "mesa",
    "numba",
    "numpy",
    "omegaconf",
    "pandas",
    "pyarrow",
    "scipy",
    "tenure",
)
"""Packages whose versions can change a result or its form."""

WITHOUT_EFFECT = ("workers", "events", "customers_table", "customers", "lang")
"""Settings that do not change a result: how fast, what else is written in which words, and a shorthand."""


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give a place to write files to that appear in `folder` together, and only when all are whole.

    The place is a hidden folder inside `folder`, hence on the same file system: each file is
    flushed to the disk and moved over in one step, the manifest last. If anything goes wrong,
    an interruption included, the place is removed and `folder` keeps what it had.

    Parameters
    ----------
    folder
        Where the files shall stand; made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        yield place
        before = _listed(folder / MANIFEST)
        written = sorted(place.iterdir(), key=lambda path: (path.name == MANIFEST, path.name))
        for path in written:
            flush(path)
        for path in written:
            os.replace(path, folder / path.name)
        for name in before - {path.name for path in written}:  # of an earlier run, not of this one
            (folder / name).unlink(missing_ok=True)
        flush(folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _listed(manifest: Path) -> set[str]:
    """Return the names of the files that a manifest lists; nothing if there is none to read."""
    try:
        names = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {Path(name).name for name in names}


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk, where the system can."""
    try:
        number = os.open(path, os.O_RDONLY)
    except OSError:  # a folder cannot be opened on every system
        return
    try:
        os.fsync(number)
    except OSError:  # nor flushed on every file system
        pass
    finally:
        os.close(number)


def write_manifest(place: Path, values: Mapping[str, Any]) -> None:
    """Write the manifest into a staged folder, with the digest of every file beside it.

    Parameters
    ----------
    place
        A folder that `staged` gave, with all other files written.
    values
        What else the manifest says, as plain values.
    """
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(place.iterdir())
        if path.name != MANIFEST
    }
    text = json.dumps({**values, "files": files}, indent=2, ensure_ascii=False)
    (place / MANIFEST).write_text(text + "\n", encoding="utf-8")


def surroundings() -> dict[str, Any]:
    """Return what a result depends on besides its configuration: code, packages, machine."""
    return {
        "version": sim.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": package_versions(),
        "git_revision": git_revision(),
        "source_digest": source_digest(),
    }


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that results depend on; what is not installed is left out."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # run from a checkout without installing it
            continue
    return versions


def source_digest() -> str:
    """Return a digest of every source file of the package."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def git_revision() -> str | None:
    """Return the revision of the checkout we run from, with ``-dirty`` if it was changed, else None."""
    checkout = Path(__file__).resolve().parent.parent.parent
    if not (checkout / ".git").exists():
        return None
    command = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def configuration_hash(configuration: Mapping[str, Any]) -> str:
    """Return a digest of everything in a resolved configuration that can change a result."""
    kept = {name: value for name, value in configuration.items() if name not in WITHOUT_EFFECT}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
