"""Money: what strategies cost and bring, whether they pay, and when."""

import math

from sim.language.words import NOTHING
from sim.report.document.blocks import Cell, Gallery, Grid, Picture, Section, Text
from sim.report.document.findings import WORTH, Option
from sim.report.document.saying import Saying
from sim.study.statistics import Interval


def money(say: Saying) -> Section:
    """Return costs, ROI, pay-back and customer equity by strategy, and the cash curve."""
    found, heading = say.found, say.text("money.heading")
    if not found.others:
        return Section("money", heading, (Text(say.text("money.alone")),))
    keys = ("cost", "margin", "net", "roi", "paid_back", "equity", "liability")
    head = (say.text("strategy"), *(say.text(f"money.{key}") for key in keys))
    rows = tuple(_row(say, option) for option in found.options)
    label = say.text("money.label", baseline=say.baseline, currency=found.currency)
    years = say.counted("years", found.years)
    blocks: list[Text | Grid | Gallery] = []
    if found.replications > 1:
        blocks.append(Text(_pays(say, years)))
    blocks.append(Grid("money", label, head, rows))
    without = [
        say.quoted(option.called.name) for option in found.others if math.isnan(option.levels["roi"].mean)
    ]
    blocks.append(Text(say.text("money.note", years=years), "note"))
    if without:
        blocks.append(Text(say.text("money.no_roi", names=say.listed(without)), "note"))
    cash = Picture("cash", say.text("money.cash", baseline=say.baseline), say.curves("cash"))
    blocks.append(Gallery((cash,), tuple(option.called.name for option in found.others)))
    blocks += [Text(say.text("money.cash_text", baseline=say.baseline), "note"), *say.leaving("cash")]
    return Section("money", heading, tuple(blocks))


def _pays(say: Saying, years: str) -> str:
    """Return which strategies clearly bring more than they cost, which do not, and of which it is open."""
    kinds: dict[str, list[str]] = {"pays": [], "loses": [], "open": []}
    for option in say.found.others:
        assert option.cash is not None
        net = option.cash.net
        kind = "pays" if net.low > 0.0 else "loses" if net.high < 0.0 else "open"
        kinds[kind].append(say.quoted(option.called.name))
    return " ".join(
        say.text(f"money.{kind}", names=say.listed(names), years=years)
        for kind, names in kinds.items()
        if names
    )


def _row(say: Saying, option: Option) -> tuple[Cell, ...]:
    decimals = say.decimals(WORTH)
    equity = option.levels["customer_equity"]
    half = "" if math.isnan(equity.low) else f"±\N{NO-BREAK SPACE}{say.words.number(equity.half_width)}"
    total = Cell(say.words.number(equity.mean), half)
    if option.cash is None:
        return (say.cell(option), *(Cell(NOTHING) for _ in range(5)), total, Cell(NOTHING))
    cash = option.cash
    return (
        say.cell(option),
        say.difference(cash.cost, decimals),
        say.difference(cash.margin, decimals),
        say.difference(cash.net, decimals),
        say.difference(option.levels["roi"], 2),
        _months(say, cash.paid_back),
        total,
        Cell(say.words.number(cash.liability.mean, decimals)),
    )


def _months(say: Saying, paid_back: Interval) -> Cell:
    def said(month: float) -> str:
        if math.isnan(month):
            return NOTHING
        if math.isinf(month):
            return say.text("money.never")
        return say.text("money.at_once") if month == 0.0 else say.words.number(max(month, 1.0))

    first, last = said(paid_back.low), said(paid_back.high)
    if math.isnan(paid_back.low) or first == last:
        return Cell(said(paid_back.mean))
    return Cell(said(paid_back.mean), f"[{first}{say.comma} {last}]")
