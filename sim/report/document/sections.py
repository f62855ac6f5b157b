"""The report in a language: what each section says, in the order in which it is read."""

from sim.language.words import Words
from sim.report.document.answer import answer
from sim.report.document.assumptions_section import assumed
from sim.report.document.blocks import Cell, Gallery, Grid, Picture, Section, Terms, Text
from sim.report.document.doubt_section import best, doubt
from sim.report.document.findings import STAYS, WORTH, Findings
from sim.report.document.money_section import money
from sim.report.document.remake_section import remake
from sim.report.document.saying import SCALES, Saying
from sim.report.document.sure_section import sure


def sections(found: Findings, words: Words) -> tuple[Section, ...]:
    """Return all sections of a report."""
    say = Saying(found, words)
    made = (
        question,
        answered,
        strategies,
        figures,
        time,
        doubt,
        segments,
        money,
        reach,
        sure,
        assumed,
        remake,
    )
    return tuple(section(say) for section in made)


def question(say: Saying) -> Section:
    """Return what was asked: the world, the strategies, the horizon, the customers."""
    found = say.found
    named = {
        "customers": say.counted("customers", found.customers),
        "years": say.counted("years", found.years),
        "replications": say.counted("replications", found.replications),
    }
    if found.others:
        many = say.counted("strategies", len(found.options))
        asked = say.text("question.compare", strategies=many, baseline=say.baseline, **named)
    else:
        asked = say.text("question.alone", strategy=say.baseline, **named)
    relation = say.text(f"question.{'contractual' if found.contractual else 'free'}")
    return Section("question", say.text("question.heading"), (Text(f"{asked} {relation}"),))


def strategies(say: Saying) -> Section:
    """Return what the strategies do."""
    rows = tuple(
        (
            say.cell(option),
            Cell(say.title(option.called)),
            Cell(
                ", ".join(say.words.lever(lever) for lever in option.levers)
                or say.text("strategies_section.nothing")
            ),
        )
        for option in say.found.options
    )
    head = (say.text("strategy"), say.text("strategies_section.what"), say.text("strategies_section.levers"))
    grid = Grid("strategies", say.text("strategies_section.label"), head, rows, frozenset({1, 2}))
    return Section("strategies", say.text("strategies_section.heading"), (grid,))


def answered(say: Saying) -> Section:
    """Return the answer in one sentence, with a picture of the differences."""
    blocks: list[Text | Gallery] = [Text(answer(say), "lead")]
    if say.found.others:
        if say.found.drawn is not None:
            blocks.append(Text(best(say)))
        described = {metric: _described(say, metric) for metric in (STAYS, WORTH)}
        pictures = (
            Picture("effects_stay", say.text("figures.change.survival_rate"), described[STAYS]),
            Picture(
                "effects_worth", f"{say.text('figures.change.clv')}, {say.found.currency}", described[WORTH]
            ),
        )
        blocks += [Gallery(pictures), *say.leaving(*(picture.key for picture in pictures))]
        if say.found.replications > 1:
            blocks.append(Text(say.text("answer.picture", baseline=say.baseline), "note"))
            blocks.append(Text(say.text("answer.note"), "note"))
    return Section("answer", say.text("answer.heading"), tuple(blocks))


def _described(say: Saying, metric: str) -> str:
    parts = [
        f"{say.name(option.called.name)} {cell.text} {cell.below}".rstrip()
        for option in say.found.others
        for cell in [say.change(metric, option.together[metric])]
    ]
    return "; ".join(parts)


def figures(say: Saying) -> Section:
    """Return the table: levels, and paired differences to the baseline, with intervals."""
    found, strategy = say.found, say.text("strategy")
    columns = list(SCALES)
    head = (strategy, *(say.text(f"figures.column.{_column(say, metric)}") for metric in columns))
    rows = tuple(
        (say.cell(option), *(say.level(metric, option.levels[metric]) for metric in columns))
        for option in found.options
    )
    blocks: list[Grid | Text | Terms] = [Grid("levels", say.text("figures.levels"), head, rows)]
    if found.others:
        changed = list(found.others[0].changes)
        head = (strategy, *(say.text(f"figures.change.{_column(say, metric)}") for metric in changed))
        rows = tuple(
            (say.cell(option), *(say.change(metric, option.changes[metric]) for metric in changed))
            for option in found.others
        )
        blocks.append(Grid("changes", say.text("figures.changes", baseline=say.baseline), head, rows))
    blocks.append(Text(say.text("figures.note", currency=found.currency), "note"))
    if found.replications < 2:
        blocks.append(Text(say.text("figures.no_interval"), "note"))
    pairs = tuple(
        (say.words.metric(metric), say.words.metric_reason(metric))
        for metric in (*columns, "customer_equity")
    )
    blocks.append(Terms(say.text("figures.how"), pairs))
    return Section("figures", say.text("figures.heading"), tuple(blocks))


def _column(say: Saying, metric: str) -> str:
    return "retention_contractual" if metric == "retention_rate" and say.found.contractual else metric


def time(say: Saying) -> Section:
    """Return the trajectories: customers who are still there, and satisfied answers."""
    found = say.found
    text = (
        "time.text_one_run" if found.replications < 2 else "time.text" if found.others else "time.text_alone"
    )
    keys = [
        key
        for name in ("active", "satisfaction")
        for key in (name, f"{name}_difference")
        if found.others or key == name
    ]
    pictures = tuple(Picture(key, say.text(f"time.{key}"), say.curves(key)) for key in keys)
    legend = tuple(option.called.name for option in found.options)
    return Section(
        "time",
        say.text("time.heading"),
        (Text(say.text(text, baseline=say.baseline)), Gallery(pictures, legend), *say.leaving(*keys)),
    )


def segments(say: Saying) -> Section:
    """Return who gains: the differences by segment."""
    found, heading = say.found, say.text("segments.heading")
    if not found.others:
        return Section("segments", heading, (Text(say.text("segments.alone")),))
    if len(found.segments) < 2:
        return Section("segments", heading, (Text(say.text("segments.single")), _single_customers(say)))
    head = (say.text("strategy"), *(say.name(segment) for segment in found.segments))
    grids = []
    for metric, key in ((STAYS, "stays"), (WORTH, "worth")):
        rows = tuple(
            (
                say.cell(option),
                *(say.change(metric, option.segments[name][metric]) for name in found.segments),
            )
            for option in found.others
        )
        label = say.text(f"segments.{key}", baseline=say.baseline, currency=found.currency)
        grids.append(Grid(f"segments_{key}", label, head, rows))
    return Section("segments", heading, (Text(_extremes(say)), *grids, _single_customers(say)))


def _spoken_of(say: Saying) -> str:
    """Return the strategy that sections tell of where they tell of one: it keeps most, the baseline apart."""
    return max(say.found.others, key=lambda option: option.changes[STAYS].mean).called.name


def _extremes(say: Saying) -> str:
    name = _spoken_of(say)
    by = {segment: part[STAYS] for segment, part in say.found.option(name).segments.items()}
    ranked = sorted(by, key=lambda segment: by[segment].mean)
    return say.text(
        "segments.text",
        strategy=say.quoted(name),
        most=say.name(ranked[-1]),
        most_by=say.scaled(STAYS, by[ranked[-1]]),
        least=say.name(ranked[0]),
        least_by=say.scaled(STAYS, by[ranked[0]]),
    )


def _single_customers(say: Saying) -> Text:
    return Text(say.text("segments.note", command=f"tenure who strategy={_spoken_of(say)}"), "note")


def reach(say: Saying) -> Section:
    """Return which lever met how many customers."""
    heading = say.text("reach.heading")
    pulling = [option for option in say.found.options if option.levers]
    levers = list(dict.fromkeys(lever for option in pulling for lever in option.levers))
    if not levers:
        return Section("reach", heading, (Text(say.text("reach.none")),))
    rows = tuple(
        (
            Cell(say.words.lever(lever), say.words.lever_reason(lever)),
            *(
                say.level("reach", option.reach[lever]) if lever in option.reach else Cell("")
                for option in pulling
            ),
        )
        for lever in levers
    )
    head = (say.text("reach.lever"), *(say.name(option.called.name) for option in pulling))
    grid = Grid("reach", say.text("reach.label"), head, rows)
    return Section("reach", heading, (Text(say.text("reach.text")), grid))
