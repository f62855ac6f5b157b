"""The pictures of a report as SVG that stands in the page: text stays text, names are never markup."""

import io
import itertools
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.language.words import Words
from sim.report.document.blocks import Picture
from sim.report.document.extents import DOUBTS, EFFECTS, LEVELS, limits, outside
from sim.report.document.findings import Findings
from sim.report.document.saying import SCALES, Saying
from sim.report.figures import COLOURS, DASHES

SVG = "http://www.w3.org/2000/svg"
LINK = "http://www.w3.org/1999/xlink"
WIDTH, HEIGHT = 4.6, 2.9
"""Inches, hence letters of about ten pixels on a phone."""
SIZE = 9.5
"""Of letters, points."""
INK, GREY = "#1a1a1a", "#595959"


def drawn(picture: Picture, say: Saying) -> str:
    """Return a picture of a comparison as an SVG element with title and description."""
    if picture.key in EFFECTS or picture.key in DOUBTS:
        return as_svg(picture, lambda: _effects(picture.key, say))
    return as_svg(picture, lambda: _curves(picture.key, say))


def as_svg(picture: Picture, draw: Callable[[], Any]) -> str:
    """Return a figure as an SVG element with title and description.

    Parameters
    ----------
    picture
        Its key, title and description.
    draw
        Draws it, as a Matplotlib figure.
    """
    from matplotlib import rc_context

    settings: Any = {
        "svg.fonttype": "none",  # text stays text: it is read out, found and set in the font of the page
        "svg.hashsalt": f"tenure {picture.key}",
        "font.size": SIZE,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "path.simplify_threshold": 0.2,
    }
    with rc_context(settings):
        figure = draw()
        file = io.StringIO()
        figure.savefig(
            file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return _inline(file.getvalue(), picture)


def style_of(found: Findings, name: str) -> tuple[str, str]:
    """Return colour and dashes of a strategy; the baseline is black, the same as in the other figures."""
    names = [found.baseline, *(option.called.name for option in found.others)]
    place = names.index(name)
    return COLOURS[place % len(COLOURS)], DASHES[place % len(DASHES)]


def sample(found: Findings, name: str) -> str:
    """Return a short line as it is drawn for a strategy, as SVG."""
    colour, dashes = style_of(found, name)
    pattern = {"-": "", "--": ' stroke-dasharray="7 4"', "-.": ' stroke-dasharray="8 3 2 3"'}[dashes]
    return (
        '<svg class="sample" viewBox="0 0 28 8" aria-hidden="true" focusable="false">'
        f'<line x1="0" y1="4" x2="28" y2="4" stroke="{colour}" stroke-width="2.4"{pattern}></line></svg>'
    )


def canvas(size: tuple[float, float]) -> tuple[Any, Any]:
    """Return a figure of a size in inches, and its axes, as they stand in a page."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    figure.patch.set_alpha(0.0)
    axis = figure.subplots()
    axis.patch.set_alpha(0.0)
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(alpha=0.3, linewidth=0.6)
    return figure, axis


def numbered(axis: Any, words: Words) -> None:
    """Write the numbers of an axis as the language does."""
    from matplotlib.ticker import FuncFormatter

    def said(value: float, _: int | None) -> str:
        shown = f"{value:.6g}"
        decimals = len(shown.partition(".")[2]) if "e" not in shown else 0
        return words.number(value, decimals)

    axis.set_major_formatter(FuncFormatter(said))


def _curves(key: str, say: Saying) -> Any:
    """Draw a trajectory of every strategy that has one, with its band."""
    from matplotlib.ticker import MaxNLocator

    found = say.found
    figure, axis = canvas((WIDTH, HEIGHT))
    months = np.array(found.months)
    if key not in LEVELS:
        axis.axhline(0.0, color=COLOURS[0], linewidth=0.9)
    for option in (found.option(found.baseline), *found.others):
        if key not in option.curves:
            continue
        curve = option.curves[key]
        mean, low, high = (np.array(part) for part in (curve.mean, curve.low, curve.high))
        colour, dashes = style_of(found, option.called.name)
        kept = ~np.isnan(mean)
        axis.plot(months[kept], mean[kept], color=colour, linestyle=dashes, linewidth=1.7)
        if not np.isnan(low[kept]).all():
            axis.fill_between(months[kept], low[kept], high[kept], color=colour, alpha=0.16, linewidth=0)
    unit = {
        "cash": say.text("money.cash_axis", currency=found.currency),
        "active": say.text("time.active_axis"),
        "satisfaction": say.text("time.satisfaction_axis"),
    }.get(key, say.text("time.difference_axis"))
    axis.set_ylabel(unit, parse_math=False)
    axis.set_xlabel(say.text("months"))
    axis.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 3, 6, 10], integer=True))
    axis.margins(x=0.01)
    if key not in LEVELS and outside(found, key):
        axis.set_ylim(*limits(found, key))
    numbered(axis.yaxis, say.words)
    return figure


def _effects(key: str, say: Saying) -> Any:
    """Draw the difference of every strategy to the baseline as a dot with its interval."""
    found = say.found
    metric = EFFECTS.get(key) or DOUBTS[key]
    factor = SCALES[metric][0]
    figure, axis = canvas((WIDTH, 0.75 + 0.3 * max(len(found.others), 2)))
    least, greatest = (factor * limit for limit in limits(found, key))
    axis.set_xlim(least, greatest)
    numbers = []
    axis.axvline(0.0, color=INK, linewidth=0.9)
    for place, option in enumerate(found.others):
        colour, _ = style_of(found, option.called.name)
        mean, low, high = (factor * part for part in option.together[metric])
        numbers.append(say.words.signed(mean, say.decimals(metric)))
        if option.called.name in outside(found, key):
            edge, sign = (least, "<") if mean < 0.0 else (greatest, ">")
            axis.plot([edge], [place], sign, color=colour, markersize=8, clip_on=False)
            continue
        if key in DOUBTS:
            open_ = option.doubt[metric]
            axis.plot([factor * open_.low, factor * open_.high], [place, place], color=colour, linewidth=1.3)
        if not np.isnan(low):
            axis.plot([low, high], [place, place], color=colour, linewidth=4.5, solid_capstyle="butt")
        axis.plot(
            [mean], [place], "o", color=colour, markersize=4.5, markeredgecolor="white", markeredgewidth=0.7
        )
    axis.set_yticks(range(len(found.others)))
    axis.set_yticklabels([say.name(option.called.name) for option in found.others], parse_math=False)
    right = axis.twinx()  # the numbers stand where the eye ends
    right.set_yticks(range(len(found.others)))
    right.set_yticklabels(numbers, parse_math=False)
    for side in (axis, right):
        side.set_ylim(len(found.others) - 0.5, -0.5)
        side.tick_params(axis="y", length=0, pad=9)
        side.spines[["left", "right", "top"]].set_visible(False)
    axis.grid(visible=False, axis="y")
    axis.locator_params(axis="x", nbins=4)
    numbered(axis.xaxis, say.words)
    return figure


def _inline(text: str, picture: Picture) -> str:
    """Return an SVG file as an element for a page: ids of its own, with title and description."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", LINK)
    root = ElementTree.fromstring(text)
    for child in list(root):
        if child.tag == f"{{{SVG}}}metadata":
            root.remove(child)
    prefix = f"{picture.key}-"
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "id":
                element.set(name, prefix + value)
            elif name == f"{{{LINK}}}href" and value.startswith("#"):
                element.set(name, f"#{prefix}{value[1:]}")
            elif "url(#" in value:
                element.set(name, value.replace("url(#", f"url(#{prefix}"))
        if element.tag == f"{{{SVG}}}text" and "style" in element.attrib:
            element.set("style", _without_font(element.attrib["style"]))
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    for place, (name, said) in enumerate((("title", picture.title), ("desc", picture.description))):
        element = ElementTree.Element(f"{{{SVG}}}{name}", {"id": f"{prefix}{name}"})
        element.text = said
        root.insert(place, element)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}title {prefix}desc")
    return ElementTree.tostring(root, encoding="unicode")


def _without_font(style: str) -> str:
    """Return the style of a text without its fonts: those of the page hold."""
    parts = [part.strip() for part in style.split(";")]
    kept = []
    for part in itertools.filterfalse(lambda part: part.startswith("font-family"), parts):
        if part.startswith("font:"):
            size = next(word for word in part.split() if word.endswith("px"))
            part = f"font-size: {size}"
        kept.append(part)
    return "; ".join(part for part in kept if part)
