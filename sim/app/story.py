"""One customer's life in both worlds, side by side, with the moments that decided it."""

from collections import Counter
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from sim.app.panel import Folders
from sim.app.state import SIDES, Side, State
from sim.app.telling import currency
from sim.app.worlds import Key, described, keys
from sim.engine.simulation import Run, simulate
from sim.language.words import Words
from sim.study.twins import HARM, HELP
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

QUIET = (
    "purchase",
    "promise made",
    "promise kept",
    "points earned",
    "message",
    "heard from others",
    "satisfaction answer",
    "recommendation answer",
    "effort answer",
)
"""Events that are counted and not told."""
MONEY = ("compensation", "points redeemed", "save offer", "retention contact")
OFFERED = 12
"""Customers whose lives were decided that are offered to look at."""
READABLE = 10
"""Orders before leaving that make a story neither too short nor too long."""
END = "churn"


@dataclass(frozen=True)
class Moment:
    """Something that happened to the customer.

    Parameters
    ----------
    week, day
        When, counted from 1 and from 0.
    event, detail
        As in `sim.behaviour.events`.
    money
        Currency that changed hands, 0 if none.
    only
        Whether it happened in this world alone.
    deciding
        Whether it is what made the difference.
    """

    week: int
    day: float
    event: str
    detail: str
    money: float
    only: bool = False
    deciding: bool = False


@dataclass(frozen=True)
class Life:
    """A customer's life in one world.

    Parameters
    ----------
    moments
        What is worth telling, in order.
    orders
        Orders by week, counted from 1.
    left
        The week of leaving; None for who stays.
    cause
        What leaving is put down to; "" for who stays.
    satisfaction, trust
        At the end, or when leaving; from 0 to 1.
    """

    moments: tuple[Moment, ...]
    orders: dict[int, int]
    left: int | None
    cause: str
    satisfaction: float
    trust: float


@dataclass(frozen=True)
class Story:
    """The same customer in both worlds.

    Parameters
    ----------
    customer
        Whose id.
    segment
        Of which segment.
    lives
        By world.
    others
        Further customers who stay in one world and leave in the other.
    decided
        How many they are in all: who stay in A only, and in B only.
    """

    customer: int
    segment: str
    lives: dict[Side, Life]
    others: tuple[int, ...]
    decided: tuple[int, int]


@dataclass(frozen=True)
class Row:
    """A stretch of weeks as it is told: one week with moments, or several without.

    Parameters
    ----------
    first, last
        Weeks.
    moments
        By world.
    orders
        By world.
    """

    first: int
    last: int
    moments: dict[Side, tuple[Moment, ...]]
    orders: dict[Side, int]

    @property
    def deciding(self) -> bool:
        """Return whether a deciding moment stands here."""
        return any(moment.deciding for side in SIDES for moment in self.moments[side])


def tell(state: State, folders: Folders = ()) -> Story:
    """Return the story of the watched customer, or of the first whose life was decided.

    Both worlds are run with the log on for this customer, with the luck of the first seed.
    """
    runs: dict[Side, Run] = {side: _watched(keys(state, side, 1)[0], None, folders) for side in SIDES}
    stays_a, stays_b = _decided(runs["a"], runs["b"]), _decided(runs["b"], runs["a"])
    others = tuple(_mixed(stays_a, stays_b))
    customer = state.watched if state.watched is not None else others[0] if others else 0
    lives: dict[Side, Life] = {}
    frames: dict[Side, pd.DataFrame] = {}
    for side in SIDES:
        frames[side] = _watched(keys(state, side, 1)[0], [customer], folders).events
    for side in SIDES:
        other = frames["b" if side == "a" else "a"]
        lives[side] = _life(runs[side], frames[side], other, customer)
    lives = _marked(lives)
    segments = list(runs["a"].scenario.customers.segments)
    segment = segments[int(runs["a"].population["segment"][customer])]
    return Story(customer, segment, lives, others, (len(stays_a), len(stays_b)))


def _watched(key: Key, customers: list[int] | None, folders: Folders) -> Run:
    scenario, strategy = described(key, folders)
    return simulate(scenario, strategy, key.seed, watch=customers)


def _decided(stays: Run, leaves: Run) -> list[int]:
    """Return who stays in one world and leaves in the other, those first whose story can be read."""
    count = stays.scenario.customers.count
    first, second = stays.population[:count], leaves.population[:count]
    found = np.nonzero((first["active"] == 1) & (second["active"] == 0))[0]
    order = np.argsort(np.abs(second["orders"][found] - READABLE), kind="stable")
    return [int(customer) for customer in found[order]]


def _mixed(one: list[int], other: list[int]) -> list[int]:
    """Return the customers of two lists, the longer list first, then in turn."""
    more, fewer = (one, other) if len(one) >= len(other) else (other, one)
    found: list[int] = []
    for place in range(max(len(more), len(fewer))):
        found += more[place : place + 1] + fewer[place : place + 1]
    return found[:OFFERED]


def _life(done: Run, events: "pd.DataFrame", other: "pd.DataFrame", customer: int) -> Life:
    row = done.population[customer]
    left = None if row["active"] == 1 or row["left_hour"] < 0 else int(row["left_hour"] // 168) + 1
    elsewhere = {(moment.event, moment.detail, moment.week) for moment in _moments(other)}
    moments = tuple(
        replace(moment, only=(moment.event, moment.detail, moment.week) not in elsewhere)
        for moment in _moments(events)
    )
    days = events["day"][events["event"] == "purchase"].to_numpy()
    orders = dict(Counter((days // 7 + 1).astype(int).tolist()))
    cause = next((moment.detail for moment in moments if moment.event == END), "")
    return Life(moments, orders, left, cause, float(row["satisfaction"]), float(row["trust"]))


def _moments(events: "pd.DataFrame") -> list[Moment]:
    """Return what is worth telling; the same in the same week counts as the same in both worlds."""
    columns = (events[name] for name in ("day", "event", "detail", "money"))
    return [
        Moment(int(day // 7) + 1, float(day), event, detail, float(money))
        for day, event, detail, money in zip(*columns, strict=True)
        if event not in QUIET
    ]


def _marked(lives: dict[Side, Life]) -> dict[Side, Life]:
    """Return the lives with the deciding moment marked, where one stays and the other leaves.

    Harm that came only where the customer left, else help that came only where the customer stayed: the
    strongest kind first, of equals the last before the customer left, as `sim.study.twins` has it.
    """
    leaving: Side = "a" if lives["a"].left is not None else "b"
    staying: Side = "b" if leaving == "a" else "a"
    end = lives[leaving].left
    if end is None or lives[staying].left is not None:
        return lives
    for side, kinds in ((leaving, HARM), (staying, HELP)):
        found = [
            (kinds.index(moment.event), -moment.day, place)
            for place, moment in enumerate(lives[side].moments)
            if moment.only and moment.event in kinds and moment.week <= end
        ]
        if found:
            place = min(found)[2]
            moments = tuple(
                replace(moment, deciding=True) if number == place else moment
                for number, moment in enumerate(lives[side].moments)
            )
            return {**lives, side: replace(lives[side], moments=moments)}
    return lives


def rows(story: Story) -> list[Row]:
    """Return the story as rows: weeks in which something happened, and quiet stretches between them.

    After the customer has left one of the worlds, the rest of the life in the other is one row.
    """
    told = sorted({moment.week for life in story.lives.values() for moment in life.moments})
    ordered = [week for life in story.lives.values() for week in life.orders]
    last = max([*told, *ordered, 1])
    ends = [life.left for life in story.lives.values() if life.left is not None]
    until = min([*ends, last])
    found: list[Row] = []
    week = 1
    for one in [*(week for week in told if week <= until), until + 1]:
        if one > week:
            found.append(_row(story, week, one - 1))
        if one <= until:
            found.append(_row(story, one, one))
        week = one + 1
    if last > until:
        found.append(replace(_row(story, until + 1, last), moments=dict.fromkeys(SIDES, ())))
    return [row for row in found if any(row.moments.values()) or any(row.orders.values())]


def _row(story: Story, first: int, last: int) -> Row:
    moments: dict[Side, tuple[Moment, ...]] = {}
    orders: dict[Side, int] = {}
    for side in SIDES:
        life = story.lives[side]
        moments[side] = tuple(moment for moment in life.moments if first <= moment.week <= last)
        orders[side] = sum(count for week, count in life.orders.items() if first <= week <= last)
    return Row(first, last, moments, orders)


def sentence(moment: Moment, words: Words, currency: str) -> str:
    """Return a moment in words."""
    text = words.text(f"story.event.{moment.event.replace(' ', '_')}")
    if moment.detail:
        text += f": {words.text('story.detail.' + moment.detail.replace(' ', '_'))}"
    if moment.money and moment.event in MONEY:
        text += f" ({words.number(moment.money, 0)} {currency})"
    return text


def verdict(life: Life, words: Words) -> str:
    """Return in a line how the customer's life in a world ended."""
    values = {
        "satisfaction": words.number(100.0 * life.satisfaction),
        "trust": words.number(100.0 * life.trust),
    }
    if life.left is None:
        return words.text("story.stays", **values)
    cause = words.text(f"story.detail.{life.cause.replace(' ', '_')}") if life.cause else ""
    return words.text("story.leaves", week=words.number(life.left), cause=cause, **values)


def story_html(story: Story, state: State, scenario: Scenario, words: Words, part: str) -> str:
    """Return the head or the table of a story as HTML, all text escaped.

    Parameters
    ----------
    story, state
        What is told, and of what.
    scenario
        The scenario, for its currency.
    words
        The language.
    part
        "head" or "table".
    """
    if part == "head":
        heading = words.text("story.heading", customer=story.customer, segment=words.name(story.segment))
        a, b = story.decided
        text = words.text("story.nobody")
        if a or b:
            numbers = {"customers": state.customers, "a": a, "b": b}
            text = words.text(
                "story.decided", **{name: words.number(count) for name, count in numbers.items()}
            )
        return f"<h1>{escape(heading)}</h1><p>{escape(text)}</p>"
    head = "".join(
        f'<th scope="col"><span class="mark {side}"></span>{escape(words.text(f"app.world.{side}"))}'
        f"<small>{escape(verdict(story.lives[side], words))}</small></th>"
        for side in SIDES
    )
    body = "".join(_row_html(row, story, scenario, words) for row in rows(story))
    when = escape(words.text("story.column.when"))
    return f'<table><thead><tr><th scope="col">{when}</th>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row_html(row: Row, story: Story, scenario: Scenario, words: Words) -> str:
    if row.first == row.last:
        when = words.text("story.week", week=row.first)
    else:
        when = words.text("story.weeks", first=row.first, last=row.last)
    cells = "".join(f"<td>{_cell(row, side, story.lives[side], scenario, words)}</td>" for side in SIDES)
    return f'<tr{" class=deciding" if row.deciding else ""}><td class="when">{escape(when)}</td>{cells}</tr>'


def _cell(row: Row, side: Side, life: Life, scenario: Scenario, words: Words) -> str:
    if life.left is not None and row.first > life.left:
        return f'<span class="same">{escape(words.text("story.gone"))}</span>'
    count = row.orders[side]
    text = words.counted("story.orders", count) if count else words.text("story.quiet")
    told = []
    money = currency(scenario, words)
    for moment in row.moments[side]:
        said = escape(sentence(moment, words, money))
        if moment.deciding:
            tag = escape(words.text("story.deciding"))
            told.append(f'<strong>{said}</strong> <span class="tag">{tag}</span>')
        else:
            told.append(f'<span class="{"only" if moment.only else "same"}">{said}</span>')
    ordered = f'<span class="same">{escape(text)}</span>'
    return f"{ordered}<br>{' · '.join(told)}" if told else ordered
