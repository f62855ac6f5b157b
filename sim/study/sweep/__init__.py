"""Sweeps: a design over scenario and strategies, run in chunks that last, read back as tidy tables."""
