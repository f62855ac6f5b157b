"""The compiled engine: Numba runs the very functions of `sim.behaviour` over records.

The functions are registered, not rewritten; only `draw` and `note` have a compiled twin, for
they touch the outside. Kernels stand at module level so that the cache on disk hits; the cache
lives in a folder named by a digest of the sources, because Numba watches only a kernel's own file
and would serve an edited rule stale.
"""

import hashlib
import importlib
import os
import pkgutil
import sys
import tempfile
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
import numpy as np
from numba import njit, types
from numba.extending import intrinsic, overload, register_jitable

import sim.behaviour
from sim.behaviour.chance import draw
from sim.behaviour.events import note
from sim.engine.luck import (
    CUSTOMER_STEP,
    FIRST_MULTIPLIER,
    OCCURRENCE_STEP,
    PURPOSE_STEP,
    SECOND_MULTIPLIER,
    TICK_STEP,
    UNIT,
)
from sim.engine.records import EVENT_TYPE


def source_digest() -> str:
    """Return a digest of every source file that decides what the kernels do."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(f"{sys.version_info[:3]} {numba.__version__} {np.__version__}".encode())
    for folder in ("behaviour", "engine", "world"):
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return where compiled kernels of exactly these sources are kept."""
    chosen = os.environ.get("TENURE_CACHE")
    base = (
        Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tenure"
    )
    folder = base / source_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"tenure-{os.getuid()}" / source_digest()
        folder.mkdir(parents=True, exist_ok=True)
    return folder


WOVEN_IN = {"no_cfunc_wrapper": True, "no_cpython_wrapper": True}
"""Rules are called by rules alone, so that nothing that could call them from outside is made."""
CALLED = {"live_tick"}
"""Rules that stay functions; all others are woven into whoever calls them: a quarter of a tick."""


def _register_behaviour() -> None:
    """Make every function of the behaviour package known to Numba."""
    twins = {"draw", "note"}
    for found in pkgutil.iter_modules(sim.behaviour.__path__):
        module = importlib.import_module(f"sim.behaviour.{found.name}")
        for name, item in vars(module).items():
            if isinstance(item, FunctionType) and item.__module__ == module.__name__ and name not in twins:
                register_jitable(forceinline=name not in CALLED, **WOVEN_IN)(item)


_register_behaviour()


@register_jitable
def _mix(key: Any) -> Any:
    key = (key ^ (key >> np.uint64(30))) * np.uint64(FIRST_MULTIPLIER)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(SECOND_MULTIPLIER)
    return key ^ (key >> np.uint64(31))


@register_jitable
def tick_key(run_key: Any, customer: Any, tick: Any) -> Any:
    """Return the key of a customer in a tick, as `sim.engine.luck.tick_key` does."""
    key = _mix(run_key + np.uint64(customer + 1) * np.uint64(CUSTOMER_STEP))
    return _mix(key + np.uint64(tick + 2) * np.uint64(TICK_STEP))


@overload(draw)
def _compiled_draw(luck: Any, purpose: Any, occurrence: Any) -> Any:
    if luck != types.uint64:
        return None

    def implementation(luck: Any, purpose: Any, occurrence: Any) -> Any:
        key = _mix(
            luck
            + np.uint64(purpose) * np.uint64(PURPOSE_STEP)
            + np.uint64(occurrence) * np.uint64(OCCURRENCE_STEP)
        )
        return (np.float64(key >> np.uint64(12)) + 0.5) * UNIT

    return implementation


def _pointer(typing_context: Any, address: Any) -> Any:
    """Say how an address becomes a pointer, with its type."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))

    return types.voidptr(address), generate


_at: Any = intrinsic(_pointer)
_rows_at: Any = numba.carray  # type: ignore[attr-defined]


@overload(note)
def _compiled_note(
    log: Any, customer: Any, hour: Any, event: Any, detail: Any, value: Any, money: Any
) -> Any:
    def implementation(
        log: Any, customer: Any, hour: Any, event: Any, detail: Any, value: Any, money: Any
    ) -> Any:
        if customer.watched != 0:
            place = log.place
            if place < log.capacity:
                row = _rows_at(_at(log.address), log.capacity, EVENT_TYPE)[place]
                row.customer = customer.id
                row.hour = hour
                row.event = event
                row.detail = detail
                row.value = value
                row.money = money
            log.place = place + 1

    return implementation


def compile_kernel(function: Any) -> Any:
    """Compile a kernel that is cached under the digest of its sources."""
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(cache_folder())
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    finally:
        settings.CACHE_DIR = before
