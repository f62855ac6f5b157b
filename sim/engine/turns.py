"""In which order people live a tick, and in which steps: all together, or one after the other.

Synchronous: everybody lives the tick, then everybody hears what was said in it, then prospects decide.
Nobody is affected by another's tick while living one's own, so the order decides nothing.

Random sequential: in every tick people take their turns in a fresh random order. At one's turn one
hears what the others have been saying, lives the tick, and, as a prospect, decides. What somebody says
can be heard until the next turn of who said it: by those who come later in the tick, and by those who
come sooner in the next. It is heard once in the mean, by a listener as often not at all as twice.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.engine.luck import uniforms

# Purposes of the draws; numbered for good, as those in behaviour.chance.
ACTIVATION = 160

HEAR = 1
LIVE = 2
DECIDE = 4
STEPS: dict[str, tuple[int, ...]] = {
    "synchronous": (LIVE, HEAR, DECIDE),
    "random_sequential": (HEAR | LIVE | DECIDE,),
}
"""What is done in one pass over all people, pass by pass; what falls into one pass is done in this order."""

Places = NDArray[np.int64]


def order_of_turns(activation: str, run_key: int, count: int, tick: int) -> Places:
    """Return the rows of all people in the order of their turns.

    Parameters
    ----------
    activation
        As `sim.world.scenario.Time` names it.
    run_key
        Key of the run, see `sim.engine.luck.seed_key`.
    count
        Number of people.
    tick
        Number of the tick; the order of a synchronous tick is always that of the rows.
    """
    if activation == "synchronous":
        return _rows(count)
    return np.argsort(uniforms(run_key, count, tick, ACTIVATION), kind="stable").astype(np.int64)


@lru_cache(maxsize=2)
def _rows(count: int) -> Places:
    rows = np.arange(count, dtype=np.int64)
    rows.flags.writeable = False
    return rows
