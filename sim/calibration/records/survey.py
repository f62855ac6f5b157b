"""A survey table: a row per respondent, a column per question, on any scale."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibration.records.columns import Wanted, plain
from sim.calibration.records.form import form_of
from sim.calibration.records.options import Options
from sim.calibration.records.orders import LEAST
from sim.calibration.records.reader import read_table
from sim.calibration.records.table import Table
from sim.world.errors import ConfigurationError, nearest

Floats = NDArray[np.float64]
JOIN = "+"
"""Parts the columns of a question that several items ask for: columns.satisfaction=CUSA1+CUSA2."""
SCALES = ((0.0, 10.0), (1.0, 5.0), (1.0, 7.0), (1.0, 10.0), (0.0, 100.0), (1.0, 4.0), (1.0, 3.0))
"""Scales that are known, low and high; the narrowest one that holds all answers is guessed."""
SCALE = "scale=1-10, or scale=satisfaction:1-5,recommendation:0-10"
"""How the user says it."""
QUESTIONS = {
    "satisfaction": (
        "satisfied",
        "overall satisfaction",
        "csat",
        "sat",
        "удовлетворенность",
        "удовлетворен",
        "cusa",
    ),
    "trust": ("confidence", "trustworthy", "доверие", "imag1"),
    "recommendation": (
        "nps",
        "recommend",
        "likelihood to recommend",
        "wom",
        "рекомендация",
        "готовность рекомендовать",
        "cusl3",
    ),
    "stay": (
        "loyalty",
        "repurchase",
        "renew",
        "intention",
        "choose again",
        "лояльность",
        "намерение остаться",
        "cusl1",
    ),
    "quality": ("perceived quality", "service quality", "качество", "perq"),
    "value": ("value for money", "price quality", "ценность", "цена качество", "perv"),
    "expectation": ("expectations", "expected", "ожидание", "ожидания", "cuex"),
    "complaint": ("complaint handling", "recovery", "обработка жалоб", "работа с жалобами", "cusco"),
    "price": ("price tolerance", "терпимость к цене", "cusl2"),
}
"""What can be asked, with names of columns for it; the last of them are codes of the European index.

The codes are those under which its survey of mobile telephony is distributed (Tenenhaus, Esposito Vinzi,
Chatelin and Lauro 2005).
"""


@dataclass(frozen=True)
class SurveyAnswers:
    """Answers on the scale from 0 to 1.

    Parameters
    ----------
    table
        How it was read.
    answers
        By question, a value per respondent, the mean of its items; NaN where nothing was answered.
    scales
        By question, the lowest and the highest answer of its scale.
    """

    table: Table
    answers: dict[str, Floats] = field(repr=False)
    scales: dict[str, tuple[float, float]]


def read_survey(path: Path, options: Options, scale: str | None = None) -> SurveyAnswers:
    """Read a survey.

    Parameters
    ----------
    path
        The file.
    options
        How it is to be read; a question may name several columns with `JOIN` between them.
    scale
        Lowest and highest answer, such as "1-10", or by question: "satisfaction:1-5,recommendation:0-10";
        guessed where left out.

    Raises
    ------
    ConfigurationError
        If no question is found, or answers lie outside of the scale.
    """
    wanted, chosen, guessed = _wanted(path, options)
    table = read_table(path, wanted, replace(options, columns=chosen), "survey")
    for name, items in guessed.items():
        table = table.noted(
            f"{name} is taken for {JOIN.join(items)} (guessed); columns.{name}=… says otherwise"
        )
    if not table.data:
        raise ConfigurationError(
            "columns.satisfaction",
            f"'{path}' has no column that looks like a question",
            f"name them: columns.satisfaction=… of {', '.join(table.form.columns[:15])}",
        )
    answers: dict[str, Floats] = {}
    scales: dict[str, tuple[float, float]] = {}
    asked = _scales(scale)
    for name in QUESTIONS:
        columns = [column for key, column in table.data.items() if key.partition(" ")[0] == name]
        if not columns:
            continue
        values = np.column_stack(columns)
        low, high = asked[name] if name in asked else _guessed(values, name)
        outside = (np.nan_to_num(values, nan=low) < low) | (np.nan_to_num(values, nan=low) > high)
        if outside.any():
            row = int(table.rows[outside.any(axis=1)][0])
            raise ConfigurationError(
                f"columns.{name}",
                f"row {row} lies outside the scale {low:g} to {high:g}",
                f"for example {SCALE}",
            )
        known = np.isfinite(values).any(axis=1)
        means = np.full(len(values), np.nan)
        means[known] = np.nanmean(values[known], axis=1)
        answers[name] = (means - low) / (high - low)
        scales[name] = (low, high)
        table = table.noted(f"{name} is read on a scale from {low:g} to {high:g}")
    count = max(int(np.isfinite(column).sum()) for column in answers.values())
    if count < LEAST:
        raise ConfigurationError(
            str(path), f"holds {count} answers", f"nothing can be said of fewer than {LEAST}"
        )
    return SurveyAnswers(table, answers, scales)


def _wanted(path: Path, options: Options) -> tuple[list[Wanted], dict[str, str], dict[str, tuple[str, ...]]]:
    """Return what is looked for in a survey, the columns chosen for it, and the numbered ones guessed."""
    for name in options.columns:
        if name not in QUESTIONS:
            raise ConfigurationError(
                f"columns.{name}", "is no question of a survey", nearest(name, QUESTIONS)
            )
    given = {
        name: tuple(item.strip() for item in text.split(JOIN) if item.strip())
        for name, text in options.columns.items()
    }
    taken = {item for items in given.values() for item in items}
    columns = form_of(path, options.encoding, options.separator).columns
    free = {plain(column): column for column in columns if column not in taken}
    guessed = {
        name: items
        for name, synonyms in QUESTIONS.items()
        if name not in given and (items := _numbered((name, *synonyms), free))
    }
    wanted, chosen = [], {}
    for name, synonyms in QUESTIONS.items():
        items = given.get(name, guessed.get(name, ()))
        if len(items) > 1:
            for number, item in enumerate(items, 1):
                wanted.append(Wanted(f"{name} {number}", "number", f"question of {name}", ()))
                chosen[f"{name} {number}"] = item
        else:
            wanted.append(Wanted(name, "number", f"question of {name}", synonyms))
            if name in given or items:
                chosen[name] = "".join(items)
    return wanted, chosen, guessed


def _numbered(names: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return columns that are called like a question and numbered: satisfaction_1, satisfaction_2."""
    if any(name in columns for name in names):
        return ()  # the whole name is better
    return tuple(
        column
        for plainly, column in columns.items()
        if any(re.fullmatch(rf"{re.escape(name)} ?\d+", plainly) for name in names)
    )


def _scales(text: str | None) -> dict[str, tuple[float, float]]:
    """Return what is said of scales by question: one for all, or some of them by name."""
    if text is None:
        return {}
    found = {}
    for part in str(text).split(","):
        name, colon, limits = part.strip().rpartition(":")
        if colon and name not in QUESTIONS:
            raise ConfigurationError(
                "scale", f"'{name}' is no question of a survey", nearest(name, QUESTIONS)
            )
        low, _, high = limits.partition("-")
        try:
            scale = float(low), float(high)
        except ValueError:
            scale = (0.0, 0.0)
        if scale[0] >= scale[1]:
            raise ConfigurationError("scale", f"'{limits}' is no scale", f"for example {SCALE}")
        for one in (name,) if colon else QUESTIONS:
            found[one] = scale
    return found


def _guessed(values: Floats, name: str) -> tuple[float, float]:
    least, most = float(np.nanmin(values)), float(np.nanmax(values))
    fitting = [(low, high) for low, high in SCALES if low <= least and most <= high]
    if not fitting:
        raise ConfigurationError(
            f"columns.{name}",
            f"answers from {least:g} to {most:g} fit no usual scale",
            f"for example {SCALE}",
        )
    return min(fitting, key=lambda scale: (scale[1] - scale[0], -scale[0]))
