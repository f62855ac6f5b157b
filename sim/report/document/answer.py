"""The answer in one sentence: who keeps most and who earns most, where that is clear, with intervals."""

from sim.report.document.findings import STAYS, WORTH
from sim.report.document.saying import Saying

ASPECTS = {STAYS: "keeps", WORTH: "earns"}


def answer(say: Saying) -> str:
    """Return the sentence; what it calls best is so with 95 % among all strategies at once."""
    found = say.found
    if not found.others:
        (only,) = found.options
        return _sentence(
            say.text(
                "answer.alone",
                strategy=say.quoted(only.called.name),
                stays=say.scaled(STAYS, only.levels[STAYS]),
                worth=say.scaled(WORTH, only.levels[WORTH]),
                currency=found.currency,
            )
        )
    first = {metric: found.leaders[metric][0] for metric in ASPECTS}
    if found.replications < 2:
        said = say.text("answer.one_run", keeps=say.quoted(first[STAYS]), earns=say.quoted(first[WORTH]))
        return _sentence(said)
    clear = {metric: len(found.leaders[metric]) == 1 for metric in ASPECTS}
    keeps = _part(say, STAYS)
    if clear[STAYS] and clear[WORTH] and first[STAYS] == first[WORTH] != found.baseline:
        also = say.text(
            "answer.also",
            difference=say.scaled(WORTH, found.option(first[WORTH]).together[WORTH]),
            currency=found.currency,
            baseline=say.baseline,
        )
        return _sentence(say.text("answer.same", keeps=keeps, earns=also) + ".")
    return _sentence(say.text("answer.both", keeps=keeps, earns=_part(say, WORTH)))


def _part(say: Saying, metric: str) -> str:
    found = say.found
    leaders = found.leaders[metric]
    key = f"answer.{ASPECTS[metric]}"
    lead = _lead(say, metric)
    if len(leaders) > 1:
        names = say.listed(say.quoted(name) for name in leaders)
        return say.text(f"{key}.open", names=names, lead=lead, currency=found.currency)
    if leaders[0] == found.baseline:
        second = say.quoted(found.seconds[metric])
        return say.text(
            f"{key}.present", baseline=say.baseline, second=second, lead=lead, currency=found.currency
        )
    return say.text(
        f"{key}.clear",
        strategy=say.quoted(leaders[0]),
        difference=say.scaled(metric, found.option(leaders[0]).together[metric]),
        baseline=say.baseline,
        currency=found.currency,
    )


def _lead(say: Saying, metric: str) -> str:
    return say.scaled(metric, say.found.leads[metric])


def _sentence(text: str) -> str:
    """Return a text that begins with a capital letter, be it behind a quotation mark or not."""
    return text[:1].upper() + text[1:]
