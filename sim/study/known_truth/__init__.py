"""Logs with known confounding, spillover and true effects, for those who test estimators."""
