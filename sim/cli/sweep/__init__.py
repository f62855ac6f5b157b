"""Sweeps on the command line: what is asked, and how it is run."""
