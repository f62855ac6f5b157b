"""Both kinds of doubt: what luck leaves open, and what the assumptions do."""

from sim.language.words import NOTHING
from sim.report.document.answer import ASPECTS
from sim.report.document.blocks import Cell, Gallery, Grid, Picture, Section, Text
from sim.report.document.findings import STAYS, WORTH, Drawn, Option
from sim.report.document.saying import SCALES, Saying

DRAWING = "assumptions=200"
SHOWN = 3
"""Assumptions that are named in a sentence."""


def doubt(say: Saying) -> Section:
    """Return what drawn worlds say, or in a sentence that none were drawn."""
    found, heading = say.found, say.text("doubt.heading")
    drawn = found.drawn
    if drawn is None:
        return Section("doubt", heading, (Text(say.text("doubt.not_drawn", typed=DRAWING)),))
    blocks: list[Text | Grid | Gallery] = [
        Text(
            say.text(
                "doubt.drawn",
                worlds=say.counted("worlds", drawn.draws),
                assumptions=say.counted("assumptions", drawn.items),
            )
        )
    ]
    if found.others:
        blocks.append(Text(best(say)))
        blocks += [Text(_decides(say, drawn, metric)) for metric in ASPECTS if metric in drawn.deciders]
        pictures = tuple(
            Picture(f"doubt_{key}", say.text(f"doubt.{key}"), _described(say, metric))
            for metric, key in ((STAYS, "stays"), (WORTH, "worth"))
        )
        blocks += [Gallery(pictures), Text(say.text("doubt.picture"), "note")]
        blocks += [*say.leaving(*(picture.key for picture in pictures)), _grid(say)]
        blocks.append(Text(say.text("doubt.note", currency=found.currency), "note"))
    return Section("doubt", heading, tuple(blocks))


def best(say: Saying) -> str:
    """Return in how many drawn worlds which strategy is the best."""
    options = say.found.options
    first = {metric: max(options, key=lambda one, of=metric: one.doubt[of].best) for metric in ASPECTS}  # type: ignore[misc]
    return say.text(
        "doubt.best",
        keeps=say.quoted(first[STAYS].called.name),
        keeps_share=_percent(say, first[STAYS].doubt[STAYS].best),
        earns=say.quoted(first[WORTH].called.name),
        earns_share=_percent(say, first[WORTH].doubt[WORTH].best),
    )


def _decides(say: Saying, drawn: Drawn, metric: str) -> str:
    first, second = (say.quoted(name) for name in drawn.rivals[metric])
    clear = [one for one in drawn.deciders[metric] if one.clear][:SHOWN]
    reasons = [
        say.text(
            "doubt.reason",
            meaning=say.words.phrase(one.meaning),
            correlation=say.words.signed(one.correlation, 2),
        )
        for one in clear
    ]
    said = (
        say.listed(reasons)
        if reasons
        else say.text("doubt.no_reason", worlds=say.counted("worlds", drawn.draws))
    )
    return say.text(f"doubt.decides_{ASPECTS[metric]}", first=first, second=second, reasons=said)


def _described(say: Saying, metric: str) -> str:
    return "; ".join(f"{say.name(one.called.name)} {_band(say, one, metric)}" for one in say.found.others)


def _band(say: Saying, option: Option, metric: str) -> str:
    factor = SCALES[metric][0]
    open_ = option.doubt[metric]
    return say.limits(factor * open_.low, factor * open_.high, min(say.decimals(metric), 1))


def _grid(say: Saying) -> Grid:
    keys = ("stays", "worth", "keeps", "earns", "pays", "regret", "worst")
    rows = []
    for option in say.found.options:
        base = option.called.name == say.found.baseline
        keeps, earns = option.doubt[STAYS], option.doubt[WORTH]
        decimals = say.decimals(WORTH)
        rows.append(
            (
                say.cell(option),
                Cell(NOTHING if base else _band(say, option, STAYS)),
                Cell(NOTHING if base else _band(say, option, WORTH)),
                Cell(_percent(say, keeps.best)),
                Cell(_percent(say, earns.best)),
                Cell(NOTHING if base else _percent(say, earns.pays)),
                Cell(say.words.number(earns.regret, decimals)),
                Cell(say.words.number(earns.worst_regret, decimals)),
            )
        )
    head = (say.text("strategy"), *(say.text(f"doubt.{key}") for key in keys))
    return Grid("doubt", say.text("doubt.label"), head, tuple(rows))


def _percent(say: Saying, share: float) -> str:
    return say.words.number(100.0 * share)
