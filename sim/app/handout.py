"""What is on the screen as a file: a handout as HTML or PDF that asks for nothing, and the numbers as CSV."""

import csv
import io
import platform
from html import escape
from typing import Any

import numpy as np

from sim.app.charts import COLOURS
from sim.app.panel import Folders, panel
from sim.app.setting_up import world_of
from sim.app.state import MEASURES, SIDES, State
from sim.app.telling import changed, currency, headline, limits_of, name_of, strategy_name, unit_of
from sim.app.worlds import Pair, week_of
from sim.language.words import Words

WIDTH, HEIGHT = 8.27, 11.69  # A4 in inches
LINES = {"a": "-", "b": "--"}
MARKS = {"a": "o", "b": "D"}
STYLE = (
    "body{font:15px/1.5 system-ui,'Noto Sans','DejaVu Sans',sans-serif;color:#22262b;max-width:62rem;"
    "margin:2rem auto;padding:0 1.5rem}h1{font-size:1.6rem;margin:0}"
    "h2{font-size:1.1rem;margin:1.6rem 0 .4rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;"
    "border-bottom:1px solid #e4e2de}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "svg{width:100%;height:auto}small,.soft{color:#595f66}code{overflow-wrap:anywhere}"
    "@media print{body{margin:0}}"
)


def handout_csv(state: State, pair: Pair, words: Words, address: str, folders: Folders = ()) -> bytes:
    """Return the numbers by week as CSV: a row per week and measure, as machines read it.

    As long as world B is hidden there are columns of world A alone.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    parts = ["mean", "low", "high"]
    names = ["a"] if state.hidden else ["a", "b", "difference"]
    writer.writerow(["week", "measure", *(f"{name}_{part}" for name in names for part in parts)])
    bands = {
        measure: [
            *pair.level("a", measure),
            *(() if state.hidden else (*pair.level("b", measure), *pair.difference(measure))),
        ]
        for measure in MEASURES
    }
    for week in range(pair.weeks):
        for measure in MEASURES:
            values = [float(part[week]) for part in bands[measure]]
            writer.writerow(
                [week + 1, measure, *("" if np.isnan(value) else f"{value:.6g}" for value in values)]
            )
    return out.getvalue().encode()


def handout_html(state: State, pair: Pair, words: Words, address: str, folders: Folders = ()) -> bytes:
    """Return the handout as one HTML file without any request, all text escaped."""
    text = words.text
    board = panel(state.scenario, folders)
    head = _heads(state, pair, words, folders)
    rows = "".join(
        f"<tr><td>{escape(row[0])}</td>{''.join(f'<td class=n>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in _numbers(state, pair, words, folders)
    )
    columns = [text("app.handout.measure"), text("app.short.a"), text("app.short.b"), text("app.difference")]
    heads = "".join(
        f"<th{' class=n' if number else ''}>{escape(name)}</th>" for number, name in enumerate(columns)
    )
    settings = "".join(f"<li>{escape(line)}</li>" for line in _settings(state, words, folders))
    picture = _figure_svg(state, pair, words, folders)
    hidden = f"<p>{escape(text('app.handout.hidden'))}</p>" if state.hidden else ""
    title = escape(text("app.handout.title"))
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1><p class=soft>{escape(head)}</p>{picture}"
        f"<h2>{escape(text('app.handout.numbers', week=week_of(state, pair.weeks)))}</h2>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{hidden}"
        f"<h2>{escape(text('app.handout.settings'))}</h2><ul>{settings}</ul>"
        f"<h2>{escape(text('app.handout.remake'))}</h2><p><code>{escape(address)}</code></p>"
        f"<p><small>{escape(made(state, words))}<br>{escape(limits_of(board.scenario, words))} "
        f"{escape(board.scenario.name)}</small></p></body></html>"
    ).encode()


def handout_pdf(state: State, pair: Pair, words: Words, address: str, folders: Folders = ()) -> bytes:
    """Return the handout as a page of A4."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    text = words.text
    with rc_context({"pdf.fonttype": 42, "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(WIDTH, HEIGHT))
        figure.text(0.07, 0.955, text("app.handout.title"), fontsize=17, weight="bold")
        _paragraph(figure, 0.938, _heads(state, pair, words, folders), 9, "#595f66")
        axes = figure.subplots(
            2,
            2,
            gridspec_kw={
                "top": 0.88,
                "bottom": 0.56,
                "left": 0.1,
                "right": 0.95,
                "hspace": 0.42,
                "wspace": 0.28,
            },
        )
        _draw(axes.ravel(), state, pair, words, folders)
        table = [
            [text("app.handout.measure"), text("app.short.a"), text("app.short.b"), text("app.difference")],
            *_numbers(state, pair, words, folders),
        ]
        figure.text(
            0.07,
            0.5,
            text("app.handout.numbers", week=week_of(state, pair.weeks)),
            fontsize=11,
            weight="bold",
        )
        for number, row in enumerate(table):
            y = 0.477 - 0.019 * number
            weight = "bold" if number == 0 else "normal"
            for cell, x, side in zip(
                row, (0.07, 0.55, 0.66, 0.93), ("left", "right", "right", "right"), strict=True
            ):
                _plain(figure.text(x, y, cell, fontsize=8.5, ha=side, weight=weight))
        y = 0.477 - 0.019 * len(table)
        if state.hidden:
            y = _paragraph(figure, y, text("app.handout.hidden"), 8.5)
        y -= 0.025
        figure.text(0.07, y, text("app.handout.settings"), fontsize=11, weight="bold")
        for line in _settings(state, words, folders):
            y = _paragraph(figure, y - 0.006, line, 8.5)
        y -= 0.03
        figure.text(0.07, y, text("app.handout.remake"), fontsize=11, weight="bold")
        y = _paragraph(figure, y - 0.006, address, 8)
        y = _paragraph(figure, y - 0.012, made(state, words), 8, "#595f66")
        _paragraph(figure, y, limits_of(panel(state.scenario, folders).scenario, words), 8, "#595f66")
        out = io.BytesIO()
        figure.savefig(out, format="pdf", metadata={"CreationDate": None})
    return out.getvalue()


def made(state: State, words: Words) -> str:
    """Return with what a file was made: versions and seed."""
    from importlib.metadata import version

    import numba

    import sim

    return words.text(
        "app.handout.made",
        version=getattr(sim, "__version__", None) or version("tenure"),
        seed=state.seed,
        python=platform.python_version(),
        numpy=np.__version__,
        numba=numba.__version__,
    )


def _heads(state: State, pair: Pair, words: Words, folders: Folders) -> str:
    scenario = panel(state.scenario, folders).scenario
    runs = pair.replications
    said = words.counted("app.runs", runs) if runs > 1 else words.text("app.one_run")
    return words.text(
        "app.handout.subtitle",
        scenario=words.title(scenario),
        customers=words.number(state.customers),
        weeks=words.number(pair.weeks),
        runs=said,
    )


def _numbers(state: State, pair: Pair, words: Words, folders: Folders) -> list[list[str]]:
    money = currency(panel(state.scenario, folders).scenario, words)
    rows = []
    for measure in MEASURES:
        told = headline(state, measure, pair, words, money)
        name = f"{told.name}, {told.unit}" if told.unit else told.name
        rows.append([name, told.a, told.b, told.difference])
    return rows


def _settings(state: State, words: Words, folders: Folders) -> list[str]:
    """Return what was set, a line a world: its strategy, its levers with their values, what was changed."""
    board = panel(state.scenario, folders)
    money = currency(board.scenario, words)
    lines = []
    for side in SIDES:
        world = state.world(side)
        _, strategy = world_of(world, board, folders)
        name = words.text(f"app.handout.world_{side}", strategy=strategy_name(world, board, words))
        changes = changed(state, side, board, words, money)
        line = f"{name} — {words.title(strategy)}"
        if changes:
            line += f"; {words.text('app.handout.changed', changes='; '.join(changes))}"
        lines.append(line)
    return lines


def _figure_svg(state: State, pair: Pair, words: Words, folders: Folders) -> str:
    """Return the charts as SVG to stand inside a page."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "tenure", "svg.fonttype": "path", "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(11, 6), layout="constrained")
        _draw(figure.subplots(2, 2).ravel(), state, pair, words, folders)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    svg = out.getvalue()
    return svg[svg.index("<svg") :]


def _draw(axes: Any, state: State, pair: Pair, words: Words, folders: Folders) -> None:
    """Draw the measures of the screen, each with both worlds and their bands."""
    from matplotlib.ticker import FuncFormatter

    money = currency(panel(state.scenario, folders).scenario, words)
    weeks = np.arange(1, pair.weeks + 1)
    shown = SIDES if not state.hidden else SIDES[:1]
    for axis, measure in zip(axes, state.charts, strict=False):
        for side in shown:
            found = pair.level(side, measure)
            style = {"color": COLOURS[side], "linestyle": LINES[side], "marker": MARKS[side]}
            every = max(1, pair.weeks // 8)
            label = words.text(f"app.world.{side}")
            axis.plot(weeks, found.mean, linewidth=1.6, markevery=every, markersize=4, label=label, **style)
            axis.fill_between(weeks, found.low, found.high, color=COLOURS[side], alpha=0.18, linewidth=0)
        unit = unit_of(measure, words, money)
        title = f"{name_of(measure, words)}, {unit}" if unit else name_of(measure, words)
        _plain(axis.set_title(title, fontsize=9.5, loc="left"))
        axis.set_xlabel(words.text("app.handout.weeks"), fontsize=8)
        axis.axvline(week_of(state, pair.weeks), color="#4A4A4A", linewidth=0.8)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6)
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _written(value, words)))
        axis.legend(frameon=False, fontsize=8)
    for axis in axes[len(state.charts) :]:
        axis.set_visible(False)


def _written(value: float, words: Words) -> str:
    decimals = 0 if float(value).is_integer() else 1 if (10 * float(value)).is_integer() else 2
    return words.number(value, decimals)


def _plain(text: Any) -> Any:
    """Let a text of Matplotlib be text, whatever signs it holds."""
    text.set_parse_math(False)
    return text


def _paragraph(figure: Any, top: float, text: str, size: float, colour: str = "#22262b") -> float:
    """Write a text in lines below a height and return where the last line stands."""
    import textwrap

    wide = int(960 / size)
    y = top
    for line in textwrap.wrap(text, wide, break_long_words=True):
        y -= 0.0016 * size
        _plain(figure.text(0.07, y, line, fontsize=size, color=colour))
    return y
