"""Calibrate the reference state of a scenario: where its baseline rests.

Every multiplier on hazards and rates is 1 at the reference state, so that a scenario's
heterogeneity parameters keep their meaning with the mechanisms on. The numbers are written into
the scenario file and never recomputed under an override: else every effect would be taken away.

    python -m sim.evidence.reference courier
"""

import sys

from sim.study.resting import calibrate_reference
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario


def _tell(done: int, total: int) -> None:
    """Say on the error stream how far it is: the numbers alone go to where they are pasted from."""
    print(f"cycle {done + 1} of {total}", file=sys.stderr)


def main() -> None:
    """Print the reference state of the scenarios on the command line, names or files, as YAML."""
    for name in sys.argv[1:]:
        try:
            reference = calibrate_reference(load_scenario(name), progress=_tell)
        except ConfigurationError as error:
            sys.exit(f"{error}; or give the path of a scenario file")
        print(f"# {name}\nreference:")
        for key, value in vars(reference).items():
            print(f"  {key}: {value:g}")


if __name__ == "__main__":
    main()
