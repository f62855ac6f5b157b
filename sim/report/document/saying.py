"""How findings are worded: names, numbers with their intervals, and the shares of a sentence."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sim.language.words import NOTHING, Words
from sim.report.document.blocks import Cell, Text
from sim.report.document.extents import LEVELS, outside
from sim.report.document.findings import Called, Findings, Option
from sim.report.text import printable
from sim.study.statistics import Interval

SCALES = {
    # metric: factor, decimals of a level, decimals of a difference
    "survival_rate": (100.0, 1, 2),
    "retention_rate": (100.0, 1, 2),
    "csat": (100.0, 1, 2),
    "nps": (1.0, 0, 1),
    "promise_keep_rate": (100.0, 1, 2),
    "complaint_rate": (100.0, 2, 2),
    "cost": (1.0, 0, 0),
    "clv": (1.0, 0, 0),
    "roi": (1.0, 2, 2),
    "reach": (100.0, 0, 0),
}
PROGRAM = "Tenure"
FIXED = "\N{NO-BREAK SPACE}"
BEFORE_UNIT = re.compile(r"(?<=[\d\]}]) (?=(%|п\.п\.|points|[A-Z]{3})(?!\w))")
MONEY = ("cost", "clv")


@dataclass(frozen=True)
class Saying:
    """Findings with the words of a language."""

    found: Findings
    words: Words

    def text(self, key: str, **values: object) -> str:
        """Return a text of the report."""
        return bound(self.words.text(f"report.{key}", **values))

    def counted(self, key: str, number: float) -> str:
        """Return a number with what it counts, of the report."""
        return bound(self.words.counted(f"report.{key}", number))

    def title(self, called: Called) -> str:
        """Return a title in this language where there is one, else as it was written, else the name."""
        title = called.titles.get(self.words.language, "") or called.title
        return printable(title) if title else self.name(called.name)

    def name(self, name: str) -> str:
        """Return how a strategy or a segment is called in tables and pictures."""
        return printable(self.words.name(name))

    def quoted(self, name: str) -> str:
        """Return how a strategy is called in a sentence."""
        return self.text("quoted", name=self.name(name))

    @property
    def baseline(self) -> str:
        """Return how the baseline is called in a sentence."""
        return self.quoted(self.found.baseline)

    def listed(self, parts: Iterable[str]) -> str:
        """Return parts of a sentence in a row."""
        *before, last = list(parts)
        return self.text("between").join(before) + (self.text("last") if before else "") + last

    def values(self) -> tuple[str, str]:
        """Return how many values stand behind the comparison, and how many of which mark."""
        marks = self.found.marks
        said = [f"{self.words.number(marks[mark])} {self.text(f'mark.{mark}')}" for mark in marks]
        return self.counted("values", sum(marks.values())), self.listed(said)

    def date(self) -> str:
        """Return the day on which it was made."""
        from babel.dates import format_date

        made = datetime.fromisoformat(self.found.remake.made)
        return format_date(made, "long", locale=self.words.language)

    def decimals(self, metric: str) -> int:
        """Return how many decimals a difference of a metric has; money more where it is small."""
        decimals = SCALES[metric][2]
        if metric in MONEY:
            sizes = [abs(option.levels["clv"].mean) for option in self.found.options]
            return decimals if max(sizes) >= 1000.0 else 1 if max(sizes) >= 100.0 else 2
        return decimals

    def plain(self, interval: Interval, decimals: int) -> str:
        """Return a number without a sign of its own, with the limits of its interval, if it has any."""
        mean, low, high = (self.words.number(part, decimals) for part in interval)
        if math.isnan(interval.low):
            return mean
        return f"{mean}{FIXED}[{low}{self.comma}{FIXED}{high}]"

    def scaled(self, metric: str, interval: Interval) -> str:
        """Return a difference in a sentence."""
        return self.plain(times(SCALES[metric][0], interval), self.decimals(metric))

    def level(self, metric: str, interval: Interval) -> Cell:
        """Return a level with half of its interval below."""
        factor, decimals, finer = SCALES[metric]
        if metric in MONEY:
            decimals = finer = self.decimals(metric)
        if metric in ("nps", "reach"):
            finer = 1
        half = interval.half_width * factor
        written = self.words.number(half, max(decimals, finer))
        below = "" if math.isnan(half) else f"±\N{NO-BREAK SPACE}{written}"
        return Cell(self.words.number(factor * interval.mean, decimals), below)

    def change(self, metric: str, interval: Interval) -> Cell:
        """Return a difference with its interval below; strong where that leaves out 0."""
        return self.difference(times(SCALES[metric][0], interval), self.decimals(metric))

    def difference(self, interval: Interval, decimals: int) -> Cell:
        """Return a difference with its interval below; strong where that leaves out 0."""
        if math.isnan(interval.mean):
            return Cell(NOTHING)
        text = self.words.signed(interval.mean, decimals)
        if math.isnan(interval.low):
            return Cell(text)
        tone = "strong" if interval.low > 0.0 or interval.high < 0.0 else "weak"
        return Cell(text, self.limits(interval.low, interval.high, decimals), tone)  # type: ignore[arg-type]

    def limits(self, low: float, high: float, decimals: int) -> str:
        """Return two limits with their signs."""
        if math.isnan(low):
            return NOTHING
        return self.words.limits(low, high, decimals)

    @property
    def comma(self) -> str:
        """Return what stands between two numbers: a semicolon where the comma is in the numbers."""
        return ";" if self.words.decimal == "," else ","

    def digits(self, value: float) -> str:
        """Return a number as it was set, with four digits at most."""
        if math.isnan(value):
            return NOTHING
        decimals = 0
        while decimals < 6 and abs(round(value, decimals) - value) > abs(value) * 5e-4:
            decimals += 1
        return self.words.number(value, decimals)

    def leaving(self, *keys: str) -> list[Text]:
        """Return a note on the strategies that leave one of some pictures, if any do."""
        names = dict.fromkeys(name for key in keys for name in outside(self.found, key))
        return (
            [Text(self.text("outside", names=self.listed(map(self.quoted, names))), "note")] if names else []
        )

    def cell(self, option: Option) -> Cell:
        """Return the name of a strategy as the head of its row."""
        return Cell(self.name(option.called.name))

    def curves(self, key: str) -> str:
        """Return in words where the curves of a picture end, for whoever cannot see them."""
        signed = key not in LEVELS
        ends = []
        for option in self.found.options:
            known = (
                [value for value in option.curves[key].mean if not math.isnan(value)]
                if key in option.curves
                else []
            )
            if known:
                value = self.words.signed(known[-1], 1) if signed else self.words.number(known[-1], 1)
                ends.append(self.text("time.end", strategy=self.name(option.called.name), value=value))
        months = self.words.number(self.found.months[-1])
        return self.text("time.describe", months=months, ends="; ".join(ends))


def bound(text: str) -> str:
    """Return a text in which no line breaks between a number, or its interval, and what it is a number of."""
    return BEFORE_UNIT.sub(FIXED, text)


def times(factor: float, interval: Interval) -> Interval:
    """Return an interval in another unit."""
    return Interval(*(factor * part for part in interval))
