"""How to make it again: what to type, the seeds, the versions, the digest of the configuration."""

import shlex

from sim.report.document.blocks import Section, Terms, Text
from sim.report.document.remake import OWN
from sim.report.document.saying import PROGRAM, Saying

SEEDS = 10
"""Seeds that are listed; the others follow from the one they are made from."""


def remake(say: Saying) -> Section:
    """Return how to make the results again."""
    how = say.found.remake
    if how.command:
        blocks: list[Text | Terms] = [
            Text(say.text("remake.command")),
            Text(shlex.join(how.command), "code"),
        ]
    else:
        blocks = [Text(say.text("remake.python")), Text(how.snippet, "code")]
        if OWN in how.snippet:
            blocks.append(Text(say.text("remake.own"), "note"))
    versions = ", ".join(
        [f"{PROGRAM} {say.found.version}", f"Python {how.python}"]
        + [f"{name} {version}" for name, version in how.packages.items() if name != "tenure"]
    )
    pairs = [(say.text("remake.seeds"), _seeds(say)), (say.text("remake.versions"), versions)]
    if how.seed is not None:
        pairs.insert(0, (say.text("remake.seed"), str(how.seed)))
    if how.revision:
        pairs.append((say.text("remake.revision"), how.revision))
    pairs.append((say.text("remake.hash"), how.hash))
    return Section("remake", say.text("remake.heading"), (*blocks, Terms("", tuple(pairs))))


def _seeds(say: Saying) -> str:
    how = say.found.remake
    if how.seed is None or len(how.seeds) <= SEEDS:
        return ", ".join(map(str, how.seeds))
    listed = ", ".join(map(str, how.seeds[:SEEDS]))
    return say.text("remake.seeds_made", seeds=listed, count=say.words.number(len(how.seeds)))
