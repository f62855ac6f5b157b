"""Names from a file, made fit for a scenario and safe in a table."""

import re
from collections.abc import Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 40


def plain_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of letters, digits and underscores, each once, for parts of a scenario."""
    found: list[str] = []
    for name in names:
        plain = re.sub(r"\W+", "_", name.strip().lower()).strip("_")[:LONGEST] or "unnamed"
        plain = f"n{plain}" if plain[0].isdigit() else plain
        number, unique = 2, plain
        while unique in found:
            unique, number = f"{plain}_{number}", number + 1
        found.append(unique)
    return tuple(found)


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, whatever stood in the file that it is from."""
    return f"'{text}" if text.startswith(FORMULA) else text
