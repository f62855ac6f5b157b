"""Build the C program of customer-tick v1 and run it over the same records."""

import ctypes
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from numpy.typing import NDArray

SOURCE = Path(__file__).with_name("customer_tick.c")
FLAGS = ("-O3", "-ffp-contract=off", "-shared", "-fPIC")


@cache
def _library() -> ctypes.CDLL:
    target = Path(mkdtemp(prefix="tenure-benchmark-")) / "customer_tick.so"
    subprocess.run(["cc", *FLAGS, str(SOURCE), "-o", str(target), "-lm"], check=True)
    return ctypes.CDLL(str(target))


def live_weeks(customers: NDArray[Any], weeks: NDArray[Any], run_key: int) -> None:
    """Let customers live all weeks, in C."""
    _library().live_weeks(
        customers.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(len(customers)),
        weeks.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(len(weeks)),
        ctypes.c_uint64(run_key),
    )
