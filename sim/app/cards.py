"""Cards for the debriefing: questions, where to look, and a picture of the causes, drawn here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from sim.app.state import State
from sim.language.words import Words

Sign = Literal["+", "-"]

KEYED = ("over_promise", "guarantee", "compensation", "loyalty_points", "combined")
"""Strategies of the workshop, in the order of the keys 1 to 5 that take them."""

WIDTH, HEIGHT = 560, 470
COLUMNS, ROWS = 3, 5
LABEL = 15
LINE = 18
CHARACTERS = 17
CHARACTER = 8.4
"""Width that a character takes at most, on average."""
FONT = "system-ui, Noto Sans, DejaVu Sans, sans-serif"
INK, SOFT, MORE, LESS = "#22262b", "#8d8a84", "#0072B2", "#A84600"
REASONS: Mapping[str, tuple[str, ...]] = {"R": ("R", "У"), "B": ("B", "С")}


@dataclass(frozen=True)
class Picture:
    """Causes as nodes in a grid and signed arrows.

    Parameters
    ----------
    nodes
        By name, column and row, from 0.
    edges
        From, to, and whether more of the first makes more or less of the second.
    loops
        Kind of each closed loop, R or B, and the nodes on it.
    """

    nodes: Mapping[str, tuple[float, float]]
    edges: tuple[tuple[str, str, Sign], ...]
    loops: tuple[tuple[str, tuple[str, ...]], ...] = ()


# fmt: off
PICTURES: Mapping[str, Picture] = {
    "over_promise": Picture(
        {
            "promise": (1, 0), "expectation": (0, 1), "broken": (2, 1), "satisfaction": (0, 2.6), "trust": (1, 2.2),
            "complaints": (2, 2.6), "staying": (0.4, 4), "load": (2, 4), "waiting": (1.2, 3.3),
        },
        (
            ("promise", "expectation", "+"), ("promise", "broken", "+"), ("expectation", "satisfaction", "-"),
            ("broken", "trust", "-"), ("broken", "complaints", "+"), ("trust", "staying", "+"),
            ("satisfaction", "staying", "+"), ("complaints", "load", "+"), ("load", "waiting", "+"),
            ("waiting", "complaints", "+"),
        ),
        (("R", ("complaints", "load", "waiting")),),
    ),
    "guarantee": Picture(
        {
            "promise": (1, 0), "care": (0, 0.9), "broken": (1, 1.3), "payout": (2.05, 1.3), "failures": (0, 2.2),
            "trust": (0.45, 3.1), "satisfaction": (1.3, 2.9), "cost": (2.1, 2.7), "staying": (0.85, 4), "profit": (2.05, 4),
        },
        (
            ("promise", "care", "+"), ("care", "failures", "-"), ("promise", "broken", "+"), ("broken", "payout", "+"),
            ("broken", "trust", "-"), ("payout", "satisfaction", "+"), ("failures", "trust", "-"),
            ("trust", "staying", "+"), ("satisfaction", "staying", "+"), ("staying", "profit", "+"),
            ("payout", "cost", "+"), ("cost", "profit", "-"),
        ),
    ),
    "fast_recovery": Picture(
        {
            "failures": (0, 0), "complaints": (0, 1), "load": (0, 2.2), "speed": (1.2, 0), "settled": (1.05, 1.5),
            "repeat": (0.8, 2.9), "cost": (2.2, 1.2), "trust": (1.85, 2.7), "staying": (1.2, 4), "profit": (2.2, 4),
        },
        (
            ("failures", "complaints", "+"), ("complaints", "load", "+"), ("speed", "settled", "+"),
            ("settled", "repeat", "-"), ("repeat", "load", "+"), ("load", "settled", "-"), ("settled", "trust", "+"),
            ("trust", "staying", "+"), ("speed", "cost", "+"), ("cost", "profit", "-"), ("staying", "profit", "+"),
        ),
        (("R", ("load", "settled", "repeat")),),
    ),
    "compensation": Picture(
        {
            "failures": (1, 0), "complaints": (2, 1), "silent": (0, 1), "money": (2, 2.3), "heard": (1, 2.3),
            "satisfaction": (0, 2.6), "staying": (0.6, 4), "cost": (2, 4), "profit": (1.35, 3.3),
        },
        (
            ("failures", "complaints", "+"), ("failures", "silent", "+"), ("silent", "satisfaction", "-"),
            ("complaints", "money", "+"), ("money", "heard", "+"), ("heard", "staying", "+"),
            ("satisfaction", "staying", "+"), ("money", "cost", "+"), ("cost", "profit", "-"), ("staying", "profit", "+"),
        ),
    ),
    "loyalty_points": Picture(
        {
            "points": (1, 0), "orders": (0, 1), "rivals": (2.05, 1), "failures": (0, 3), "expired": (1.4, 1.4),
            "satisfaction": (1.3, 2.35), "staying": (2.1, 3.1), "profit": (1.2, 4), "cost": (0.7, 2.0),
        },
        (
            ("points", "orders", "+"), ("orders", "points", "+"), ("points", "rivals", "+"), ("rivals", "staying", "-"),
            ("orders", "failures", "+"), ("failures", "satisfaction", "-"), ("points", "expired", "+"),
            ("expired", "satisfaction", "-"), ("satisfaction", "staying", "+"), ("orders", "profit", "+"),
            ("points", "cost", "+"), ("cost", "profit", "-"), ("staying", "profit", "+"),
        ),
        (("R", ("points", "orders")),),
    ),
    "combined": Picture(
        {
            "skill": (0.2, 0), "promise": (1.6, 0), "failures": (0.75, 1.2), "broken": (1.35, 2.0), "settled": (0, 2.6),
            "trust": (1.05, 3.0), "points": (2.2, 1.6), "orders": (2.2, 2.8), "staying": (0.7, 4), "profit": (2.1, 4),
        },
        (
            ("skill", "failures", "-"), ("failures", "broken", "+"), ("promise", "broken", "+"), ("skill", "settled", "+"),
            ("broken", "trust", "-"), ("settled", "staying", "+"), ("trust", "staying", "+"), ("points", "orders", "+"),
            ("orders", "profit", "+"), ("staying", "profit", "+"),
        ),
    ),
    "other": Picture(
        {
            "failures": (0, 0.4), "complaints": (1, 0.4), "satisfaction": (0, 2), "talk": (1.1, 2.2),
            "newcomers": (2, 1.2), "staying": (0.6, 3.8), "load": (2, 3), "profit": (2, 4),
        },
        (
            ("failures", "complaints", "+"), ("failures", "satisfaction", "-"), ("satisfaction", "staying", "+"),
            ("satisfaction", "talk", "-"), ("talk", "newcomers", "-"), ("newcomers", "load", "+"),
            ("staying", "profit", "+"), ("talk", "staying", "-"),
        ),
    ),
}
# fmt: on


def card_of(state: State) -> str:
    """Return whose card is shown: of the strategy in B, in A where nothing is done in B."""
    for world in (state.b, state.a):
        if world.preset in PICTURES and world.preset != "other":
            return world.preset
    return "other"


def questions(card: str, words: Words) -> list[tuple[str, str]]:
    """Return the questions of a card, each with what to look at."""
    found = []
    for number in range(1, 10):
        key = f"cards.card.{card}.q{number}"
        if f"{key}.ask" in words.texts:
            found.append((words.text(f"{key}.ask"), words.text(f"{key}.look")))
    return found


def card_html(state: State, words: Words) -> str:
    """Return the card of a state as HTML with its picture, all text escaped."""
    card = card_of(state)
    world = state.b if state.b.preset == card or card == "other" else state.a
    title = words.text("cards.title", strategy=words.name(world.preset))
    items = "".join(
        f"<li>{escape(ask)}<span>{escape(look)}</span></li>" for ask, look in questions(card, words)
    )
    return (
        f"<h1>{escape(title)}</h1><p>{escape(words.text(f'cards.card.{card}.lead'))}</p>"
        f'<div class="grid"><div><h2>{escape(words.text("cards.questions"))}</h2><ol>{items}</ol></div>'
        f"<div><h2>{escape(words.text('cards.causes'))}</h2>{picture_svg(card, words)}"
        f"<p><small>{escape(words.text('cards.legend'))}</small></p></div></div>"
    )


def picture_svg(card: str, words: Words) -> str:
    """Return the picture of the causes as SVG."""
    picture = PICTURES[card]
    said = "; ".join(
        words.text(
            f"cards.edge.{'more' if sign == '+' else 'less'}",
            **{"from": words.text(f"cards.node.{one}"), "to": words.text(f"cards.node.{other}")},
        )
        for one, other, sign in picture.edges
    )
    boxes = {name: _boxed(place, words.text(f"cards.node.{name}")) for name, place in picture.nodes.items()}
    parts = [
        _arrow(boxes[one], boxes[other], sign, back=any((a, b) == (other, one) for a, b, _ in picture.edges))
        for one, other, sign in picture.edges
    ]
    parts += [_node(box) for box in boxes.values()]
    for kind, names in picture.loops:
        parts.append(_loop(kind, [_point(picture.nodes[name]) for name in names], words))
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
        for name, colour in (("more", MORE), ("less", LESS))
    )
    label = escape(words.text("cards.picture", edges=said), quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}" font-family="{FONT}">'
        f"<defs>{heads}</defs>{''.join(parts)}</svg>"
    )


def _point(place: tuple[float, float]) -> tuple[float, float]:
    column, row = place
    return (column + 0.5) * WIDTH / COLUMNS, 34.0 + row * (HEIGHT - 68.0) / (ROWS - 1)


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < CHARACTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True)
class _Box:
    """A node as it is drawn: where its middle is, how large it is, and its lines."""

    x: float
    y: float
    wide: float
    high: float
    lines: tuple[str, ...]


def _boxed(place: tuple[float, float], text: str) -> _Box:
    lines = _lines(text)
    wide = max(len(line) for line in lines) * CHARACTER + 18.0
    x, y = _point(place)
    x = min(max(x, wide / 2 + 2.0), WIDTH - wide / 2 - 2.0)
    return _Box(x, y, wide, LINE * len(lines) + 12.0, tuple(lines))


def _node(box: _Box) -> str:
    first = box.y - LINE * (len(box.lines) - 1) / 2 + LABEL * 0.36
    spans = "".join(
        f'<text x="{box.x:.0f}" y="{first + LINE * number:.0f}" text-anchor="middle" font-size="{LABEL}" '
        f'fill="{INK}">{escape(line)}</text>'
        for number, line in enumerate(box.lines)
    )
    return (
        f'<rect x="{box.x - box.wide / 2:.0f}" y="{box.y - box.high / 2:.0f}" width="{box.wide:.0f}" '
        f'height="{box.high:.0f}" rx="8" fill="#fff" stroke="#cfcbc4"/>{spans}'
    )


def _arrow(one: _Box, other: _Box, sign: Sign, *, back: bool) -> str:
    """Return a bent arrow from box to box with its sign near the head, bent more where one leads back."""
    length = math.hypot(other.x - one.x, other.y - one.y)
    across = (-(other.y - one.y) / length, (other.x - one.x) / length)
    bend = (0.28 if back else 0.10) * length
    cx, cy = (one.x + other.x) / 2 + across[0] * bend, (one.y + other.y) / 2 + across[1] * bend
    sx, sy = _edge_of(one, cx, cy)
    ex, ey = _edge_of(other, cx, cy)
    colour, head = (MORE, "more") if sign == "+" else (LESS, "less")
    dash = "" if sign == "+" else ' stroke-dasharray="5 3"'
    tx, ty = 0.3 * cx + 0.7 * ex + across[0] * 12, 0.3 * cy + 0.7 * ey + across[1] * 12 + 5
    return (
        f'<path d="M{sx:.0f} {sy:.0f}Q{cx:.0f} {cy:.0f} {ex:.0f} {ey:.0f}" fill="none" stroke="{colour}" '
        f'stroke-width="1.7"{dash} marker-end="url(#{head})"/>'
        f'<text x="{tx:.0f}" y="{ty:.0f}" text-anchor="middle" font-size="17" font-weight="700" '
        f'fill="{colour}">{"+" if sign == "+" else "−"}</text>'
    )


def _edge_of(box: _Box, tx: float, ty: float) -> tuple[float, float]:
    """Return where a line from the middle of a box towards a point leaves the box, with a little room."""
    dx, dy = tx - box.x, ty - box.y
    scale = min((box.wide / 2 + 3.0) / max(abs(dx), 1e-9), (box.high / 2 + 3.0) / max(abs(dy), 1e-9), 1.0)
    return box.x + dx * scale, box.y + dy * scale


def _loop(kind: str, points: list[tuple[float, float]], words: Words) -> str:
    x = sum(point[0] for point in points) / len(points)
    y = sum(point[1] for point in points) / len(points)
    sign = REASONS[kind][1 if words.language == "ru" else 0]
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="14" fill="#fff" stroke="{SOFT}" stroke-width="1.5"/>'
        f'<text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" font-size="15" font-weight="700" '
        f'fill="#595f66">{sign}</text>'
    )
