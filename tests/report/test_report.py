"""The table and the figure say what the comparison says."""

import re
from dataclasses import replace

import pytest

import sim
from sim.language.words import words
from sim.report.doubt_table import doubt_table
from sim.report.figures import comparison_figure, write_figure
from sim.report.tables import comparison_table, precision_lines


@pytest.fixture(scope="module")
def comparison():
    scenario = sim.load_scenario("courier").replace({"customers.count": 300, "time.horizon": 0.6})
    strategies = sim.load_strategies(["baseline", "guarantee", "over_promise"], scenario)
    return sim.compare(scenario, strategies, replications=3, seed=2)


def test_the_table_names_every_strategy_with_its_survival(comparison):
    table = comparison_table(comparison)
    for strategy in ("baseline", "guarantee", "over_promise"):
        survival = 100 * comparison.interval(strategy, "survival_rate").mean
        assert re.search(rf"^{strategy}\s+{survival:.1f}\s", table, re.M), table


def test_the_verdict_follows_the_interval(comparison):
    table = comparison_table(comparison)
    change = comparison.difference("over_promise", "survival_rate")
    word = "more" if change.low > 0 else "less" if change.high < 0 else "open"
    line = next(line for line in table.splitlines() if line.startswith("over_promise") and "[" in line)
    assert line.split("]")[1].split()[0] == word


def test_a_single_run_says_that_it_has_no_interval(comparison):
    alone = sim.compare(comparison.scenario, comparison.strategies, replications=1)
    assert "no interval" in comparison_table(alone)


def test_without_a_precision_nothing_is_said_of_it(comparison):
    assert precision_lines(comparison) == ""


def test_a_precision_is_said_to_be_reached_or_not_with_what_is_known(comparison):
    precise = sim.compare(comparison.scenario, comparison.strategies, seed=2, precision=0.02)
    widest = max(precise.half_widths().values())
    assert widest <= 0.02
    said = precision_lines(precise)
    assert said.startswith(f"'more stay' is known within ±2 points, as asked (at most ±{100 * widest:.3g})")
    assert "95 %" in said
    # the table shows intervals of that width, to its two decimals
    lines = [line for line in comparison_table(precise).splitlines() if "[" in line]
    for line, half in zip(lines, precise.half_widths().values(), strict=True):
        low, high = map(float, re.search(r"\[([-+.\d]+), ([-+.\d]+)\]", line).groups())
        assert (high - low) / 2 == pytest.approx(100 * half, abs=0.0051)
    ended = replace(precise, precision=replace(precise.precision, half_width=0.0005, most=len(precise.seeds)))
    said = precision_lines(ended)
    assert said.startswith(f"precision not reached: 'more stay' is known within ±{100 * widest:.3g} points")
    assert f"not ±0.05; that takes {ended.replications_needed():,} replications" in said


def test_the_figure_has_a_line_and_a_band_per_strategy(comparison):
    figure = comparison_figure(comparison)
    assert len(figure.axes) == 6
    for axis in figure.axes[:3]:
        assert [line.get_label() for line in axis.lines] == ["baseline", "guarantee", "over_promise"]
        assert len(axis.collections) == 3
    last = figure.axes[1].lines[0].get_ydata()[-1]
    mean = 100 * comparison.interval("baseline", "survival_rate").mean
    assert last == pytest.approx(mean)


def test_the_figure_is_written_as_png_and_svg_and_nothing_else(comparison, tmp_path):
    written = write_figure(comparison_figure(comparison), tmp_path / "comparison")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["comparison.png", "comparison.svg"]
    assert written[0].read_bytes().startswith(b"\x89PNG")
    assert "<svg" in written[1].read_text(encoding="utf-8")


def test_the_figure_speaks_russian_and_writes_its_numbers_so(comparison):
    said = words("ru")
    figure = comparison_figure(comparison, said)
    assert figure.axes[0].get_title(loc="left") == "Довольные ответы, скользящий квартал"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        said.name(name) for name in ("baseline", "guarantee", "over_promise")
    ]
    shown = [axis.get_xlabel() + axis.get_ylabel() + axis.get_title(loc="left") for axis in figure.axes]
    shown.append(figure.get_suptitle())
    assert [text for text in shown if re.search("[a-zA-Z]", text.replace("RUB", ""))] == []
    formatter = figure.axes[0].yaxis.get_major_formatter()
    assert [formatter(value, 0) for value in (-0.5, 12.25, 1000.0)] == ["−0,5", "12,25", "1\u00a0000"]


def test_the_table_of_drawn_worlds_says_the_same_in_russian(comparison):
    drawn = sim.compare(comparison.scenario, comparison.strategies, replications=2, seed=2, assumptions=10)
    english, russian = doubt_table(drawn), doubt_table(drawn, words("ru"))
    assert doubt_table(comparison) == ""
    figures = [re.findall(r"\d[\d,\u00a0.]*\d|\d", text) for text in (english, russian)]
    plain = [[re.sub(r"[,\u00a0.]", "", number) for number in found] for found in figures]
    assert plain[0] == plain[1]
    assert len(plain[0]) > 20
    typed = r"behaviour\S*|customers\S*|\w+\.\S*|baseline|guarantee|over_promise|clv"
    assert re.findall("[A-Za-z]+", re.sub(typed, "", russian)) == []
