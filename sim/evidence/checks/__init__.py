"""All checks, a file per theme."""
