"""Run the command line as ``python -m sim.cli``."""

from sim.cli import command

if __name__ == "__main__":
    command()
