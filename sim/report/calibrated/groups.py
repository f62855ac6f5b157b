"""Figures of the data that belong into one picture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.calibration.order_statistics import LATENESS
from sim.calibration.posterior import HALF_WIDTH, Predicted
from sim.language.words import Words

PATTERNS = {
    "repeats": r"orders\.repeats\.(?P<label>\d+)",
    "period": r"orders\.period\.(?P<label>\d+)",
    "lateness": r"orders\.lateness\.(?P<label>\w+)",
    "late_score": r"orders\.late\.(?P<label>\w+)\.score",
    "late_one_star": r"orders\.late\.(?P<label>\w+)\.one_star",
    "late_complaint": r"orders\.late\.(?P<label>\w+)\.complaint",
    "late_again": r"orders\.late\.(?P<label>\w+)\.again",
    "stars": r"orders\.stars\.(?P<label>\d)",
    "stars_complaint": r"orders\.score\.(?P<label>\d)\.complaint",
    "survival": r"contracts\.survival\.(?P<label>\d+)",
    "plan_survival": r"contracts\.plan\.(?P<plan>\w+)\.survival\.(?P<label>\d+)",
    "answers": r"survey\.(?P<label>\w+)\.mean",
    "spreads": r"survey\.(?P<label>\w+)\.spread",
    "correlations": r"survey\.correlation\.(?P<label>\w+\.\w+)",
    "promoters": r"survey\.promoters\.(?P<label>\d+)",
}
"""Names of statistics by key of the picture; what is in no picture with others has one of its own."""
DAYS_LATE = {name: f"{low}–{high}" if low < high else str(low) for low, high, name, _ in LATENESS}
DAYS_LATE[LATENESS[-1][2]] = f"{LATENESS[-1][0]}+"
LAST_REPEATS = "7"
ZERO_BASED = ("repeats", "period", "lateness", "stars", "stars_complaint", "late_complaint", "late_again",
              "late_one_star", "promoters")  # fmt: skip
SHARE = "share"


@dataclass(frozen=True)
class Group:
    """Figures of one picture.

    Parameters
    ----------
    key
        Of the picture, see `PATTERNS`; the name of the figure where it is alone.
    plan
        Plan of the contracts, where it is of one.
    labels
        What each of the figures is of.
    members
        The figures.
    """

    key: str
    plan: str
    labels: tuple[str, ...]
    members: tuple[Predicted, ...]

    @property
    def alone(self) -> bool:
        """Return whether it is a single figure."""
        return self.key not in PATTERNS

    @property
    def anchor(self) -> str:
        """Return a name for the picture in the page."""
        return re.sub(r"\W+", "_", f"{self.key}_{self.plan}").strip("_")

    @property
    def ordered(self) -> bool:
        """Return whether the figures follow each other in time or by number."""
        return self.key in (
            "repeats",
            "period",
            "survival",
            "plan_survival",
            "stars",
            "stars_complaint",
            "promoters",
        )

    @property
    def percent(self) -> bool:
        """Return whether the figures are shares."""
        return self.members[0].unit == SHARE

    def title(self, said: Words) -> str:
        """Return what the figures are, with their unit."""
        if self.alone:
            unit = self.members[0].unit
            meaning = said.sentence(said.phrase(self.members[0].meaning))
            shown = "%" if self.percent else said.sentence(said.unit(unit))
            title = f"{meaning}, {shown}" if shown else meaning
            return title[:1].upper() + title[1:]
        return said.text(f"check.group.{self.key}", plan=self.plan)

    def label(self, place: int, said: Words) -> str:
        """Return what a figure is of, as it stands at an axis."""
        text = self.labels[place]
        if text in DAYS_LATE:
            return DAYS_LATE[text]
        if self.key == "repeats" and text == LAST_REPEATS:
            return f"{text}+"
        return " – ".join(said.sentence(part) for part in text.split("."))


def groups(figures: Sequence[Predicted]) -> list[Group]:
    """Return figures in pictures, in the order in which they come first."""
    found: dict[tuple[str, str], list[tuple[str, Predicted]]] = {}
    for figure in figures:
        for key, pattern in PATTERNS.items():
            match = re.fullmatch(pattern, figure.name)
            if match is not None:
                place = (key, match.groupdict().get("plan", ""))
                found.setdefault(place, []).append((match["label"], figure))
                break
        else:
            found[(figure.name, "")] = [("", figure)]
    return [
        Group(key, plan, tuple(label for label, _ in items), tuple(figure for _, figure in items))
        for (key, plan), items in found.items()
    ]


def agrees(figure: Predicted) -> bool:
    """Return whether a figure of the data lies where 90 % of data and simulations together would."""
    return abs(figure.distance) <= HALF_WIDTH
