"""What was seen before: undo, and the ghost of the previous run."""

from dataclasses import dataclass, replace

from sim.app.state import State, same_runs

LONGEST = 200
SEEN = ("side", "week", "language", "projector", "charts", "view", "predict", "ask", "lock")
"""How one looks at it: undoing does not change that."""


@dataclass(frozen=True)
class History:
    """A state and those before it.

    Parameters
    ----------
    now
        What is shown.
    before
        Earlier states that needed other runs, the last one last.
    ghost
        The state whose curves stand behind those of now; None at first.
    gesture
        What is being moved at the moment: all of one movement is one step.
    """

    now: State
    before: tuple[State, ...] = ()
    ghost: State | None = None
    gesture: str = ""


def step(history: History, state: State, gesture: str = "") -> History:
    """Return the history with a new state; only what needs other runs can be undone.

    Parameters
    ----------
    history
        So far.
    state
        What comes now.
    gesture
        What is being moved; steps with the same gesture are one, until `settle`.
    """
    if same_runs(history.now, state):
        return replace(history, now=state)
    if gesture and gesture == history.gesture:
        return replace(history, now=state)
    before = (*history.before, history.now)[-LONGEST:]
    return History(state, before, _ghost(history.now, state), gesture)


def settle(history: History) -> History:
    """Return the history after a movement has ended."""
    return replace(history, gesture="")


def undo(history: History) -> History:
    """Return the history without its last step; what was undone becomes the ghost."""
    if not history.before:
        return history
    last = history.before[-1]
    looked = replace(last, **{name: getattr(history.now, name) for name in SEEN})
    return History(looked, history.before[:-1], _ghost(history.now, looked))


def _ghost(before: State, now: State) -> State | None:
    """Return the state to be seen behind another: only one of the same scenario and the same luck."""
    alike = (before.scenario, before.seed, before.customers) == (now.scenario, now.seed, now.customers)
    return before if alike else None
