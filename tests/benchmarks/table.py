"""Write what a run of the benchmarks measured as a table: `python tests/benchmarks/table.py results.json`."""

import json
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("numba", "numpy", "Mesa")


def rows(found: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| what | ours | against | times as much | goal | met |"
    yield "|---|---|---|---|---|---|"
    for one in found["benchmarks"]:
        for row in one["extra_info"].get("rows", ()):
            goal = row["goal"]
            met = "" if goal is None else "yes" if row["ratio"] >= goal else "**missed**"
            yield (
                f"| {row['what']} | {row['ours']:.3g} {row['unit']} | {row['against']} | {row['ratio']:.3g} "
                f"| {'' if goal is None else f'{goal:.3g}'} | {met} |"
            )


def main() -> None:
    """Print the table of a file, and the machine and versions it was measured with."""
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print("\n".join(rows(found)))
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cpu = found["machine_info"]["cpu"]["brand_raw"]
    today = datetime.now(UTC).date().isoformat()
    print(f"\n{today}, {cpu}, Python {platform.python_version()}, {packages}")


if __name__ == "__main__":
    main()
