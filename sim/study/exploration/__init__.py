"""Explore what nobody has measured: which assumptions a decision hangs on, and where a strategy fails."""
