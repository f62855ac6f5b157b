"""What a check is, and how its outcome is decided.

A check holds figures that the simulator gives against figures that somebody published, or against
what follows from a definition. Agreement has to be shown: a figure agrees if its interval lies inside
the limits (two one-sided tests at 5 % each, Schuirmann 1987), not if a difference could not be shown.
All figures of a check have to agree, so that no correction for their number is due (an
intersection-union test, Berger 1982). A check comes with a control that must fail: without one it
would not be known whether it can.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sim.evidence.trial import Trial, Values, with_planted
from sim.study.statistics import mean_interval

Label = Literal["identity", "fitted", "out of sample", "blind", "recalled", "self-report"]
LABELS: Mapping[Label, str] = {
    "identity": "a closed form, a definition, or what must hold of any model",
    "fitted": "a default was derived from this very figure",
    "out of sample": "a published figure that no default was derived from",
    "blind": "a figure that was kept back",
    "recalled": "a figure from memory, not confirmed in its source: it never counts as passed",
    "self-report": "what people say they do or would do: the direction only",
}
COUNTED: tuple[Label, ...] = ("identity", "out of sample", "blind")
"""Labels that the headline counts."""

Outcome = Literal["pass", "fail", "open"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

CONFIDENCE = 0.90
"""Of the intervals: two one-sided tests at 5 % each are one interval of 90 %."""

UNCONFIRMED = "the figure is recalled, not confirmed in its source"
UNDECIDED = "the interval is wider than the tolerance: more seeds would decide"


@dataclass(frozen=True)
class Target:
    """A figure that has to come out between two limits.

    Parameters
    ----------
    name
        What is measured, with its unit.
    low, high
        Limits, either of which may be infinite. A sign is asked for by a limit of 0.
    published
        The figure as the source gives it, empty where the limits say it all.
    """

    name: str
    low: float
    high: float
    published: str = ""

    @property
    def limits(self) -> str:
        """Return the limits as text."""
        if self.low == self.high:
            return f"= {self.low:.6g}"
        if math.isinf(self.high):
            return f"> {self.low:.6g}"
        if math.isinf(self.low):
            return f"< {self.high:.6g}"
        return f"{self.low:.6g} to {self.high:.6g}"


Measure = Callable[[Trial], Values]


@dataclass(frozen=True)
class Control:
    """What must make a check fail: an effect taken out, or a treatment that is none.

    Parameters
    ----------
    text
        What is done.
    planted
        Values planted in the worlds of the check, see `Trial`.
    measure
        Measures in place of the check's own measure where planting cannot take the effect out.
    misses
        Names of the targets that must be missed; the first target if none is named.
    """

    text: str
    planted: Mapping[str, Any] = field(default_factory=dict)
    measure: Measure | None = None
    misses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """Figures, where they come from, and how the simulator is asked for them.

    Parameters
    ----------
    name
        Short name, as on the command line, such as C9.
    title
        What is checked, in a line.
    label
        What kind of evidence it is, see `LABELS`.
    source
        Author and year, and where the limits come from if not from there.
    design
        Worlds and arms, in a sentence or two.
    customers, seeds
        Size of every arm: what the check may spend.
    targets
        What has to come out.
    measure
        Returns by target name a value per seed, or a single exact value.
    control
        What must make it fail.
    mechanisms
        Switches of the mechanisms it speaks of.
    quick
        Whether it takes only seconds and runs with every change.
    open_because
        Why targets are missed or cannot be decided, for a check that is known not to pass.
    """

    name: str
    title: str
    label: Label
    source: str
    design: str
    customers: int
    seeds: int
    targets: tuple[Target, ...]
    measure: Measure
    control: Control
    mechanisms: tuple[str, ...] = ()
    quick: bool = False
    open_because: str = ""


@dataclass(frozen=True)
class Reading:
    """What came out for one target.

    Parameters
    ----------
    target
        What was asked for.
    value, low, high
        Mean over seeds and its 90 % interval; all three the same for an exact value.
    seeds
        How many values are behind it.
    """

    target: Target
    value: float
    low: float
    high: float
    seeds: int

    @property
    def agrees(self) -> bool:
        """Return whether the whole interval lies inside the limits; a sign is shown only off the limit."""
        if math.isinf(self.target.high):
            return self.low > self.target.low
        if math.isinf(self.target.low):
            return self.high < self.target.high
        return self.target.low <= self.low and self.high <= self.target.high

    @property
    def distance(self) -> float:
        """Return how far the value lies outside the limits, 0 inside, infinite without a value."""
        if math.isnan(self.value):
            return math.inf
        return max(self.target.low - self.value, self.value - self.target.high, 0.0)

    @property
    def outcome(self) -> Outcome:
        """Return pass if the interval lies inside the limits, open if only the value does, else fail."""
        if self.agrees:
            return "pass"
        return "open" if self.target.low < self.value < self.target.high else "fail"


@dataclass(frozen=True)
class Result:
    """What came out of a check.

    Parameters
    ----------
    check
        What was run.
    readings
        One per target.
    control
        The same with the control in place.
    seconds
        What it took.
    """

    check: Check
    readings: tuple[Reading, ...]
    control: tuple[Reading, ...]
    seconds: float = 0.0

    @property
    def agrees(self) -> bool:
        """Return whether all targets agree."""
        return all(reading.agrees for reading in self.readings)

    @property
    def to_be_missed(self) -> tuple[str, ...]:
        """Return the names of the targets that the control must miss."""
        return self.check.control.misses or (self.check.targets[0].name,)

    @property
    def control_fails(self) -> bool:
        """Return whether the control misses what it must miss: it is not shown to agree there."""
        return all(not part.agrees for part in self.control if part.target.name in self.to_be_missed)

    @property
    def outcome(self) -> Outcome:
        """Return pass, fail or open.

        A check whose control does not fail has failed itself, as one has that is said to be open and
        is not. A recalled figure never passes.
        """
        if not self.control_fails:
            return "fail"
        if self.agrees:
            if self.check.label == "recalled":
                return "open"
            return "fail" if self.check.open_because else "pass"
        if self.check.open_because:
            return "open"
        return "fail" if self.misses else "open"

    @property
    def reason(self) -> str:
        """Return why it has not passed, empty if it has."""
        if not self.control_fails:
            return "its control did not fail"
        if self.agrees:
            if self.check.label == "recalled":
                return f"it agrees, but {UNCONFIRMED}"
            return "it passes: what it was open for no longer holds" if self.check.open_because else ""
        missed = [reading for reading in self.readings if not reading.agrees]
        names = "; ".join(f"{one.target.name}: {one.value:.4g}, asked {one.target.limits}" for one in missed)
        why = self.check.open_because
        if not why and all(reading.outcome == "open" for reading in missed):
            why = UNDECIDED
        return f"{names}. {why}".rstrip(". ") if why else names

    @property
    def misses(self) -> bool:
        """Return whether a target is missed, be there a reason for it or not."""
        return any(reading.outcome == "fail" for reading in self.readings)

    @property
    def counts(self) -> bool:
        """Return whether the headline counts the check among those that can pass."""
        return self.check.label in COUNTED


def read(targets: tuple[Target, ...], values: Values) -> tuple[Reading, ...]:
    """Return a reading for each target.

    Raises
    ------
    KeyError
        If a target was not measured.
    """
    found = []
    for target in targets:
        samples = values[target.name]
        if len(samples) == 1:
            value = float(samples[0])
            found.append(Reading(target, value, value, value, 1))
        else:
            interval = mean_interval(samples, CONFIDENCE)
            found.append(Reading(target, *interval, len(samples)))
    return tuple(found)


def run_check(check: Check, trial: Trial) -> Result:
    """Run a check and its control.

    Parameters
    ----------
    check
        What to run.
    trial
        Its size and seeds; the control uses the same.
    """
    import time

    start = time.perf_counter()
    readings = read(check.targets, check.measure(trial))
    control = check.control.measure or check.measure
    planted = with_planted(trial, check.control.planted)
    failing = read(check.targets, control(planted))
    return Result(check, readings, failing, time.perf_counter() - start)
