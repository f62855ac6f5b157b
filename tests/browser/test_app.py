"""The app as a visitor meets it: curves, levers, prediction, stories, addresses, two languages."""

import re
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from sim.language.words import words

Open = Callable[..., Page]
READY = '[data-runs="12"]'
BELOW = '[data-key="commitments.delivery.threshold"] [tabindex="0"]'
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
LATIN = re.compile(r"[A-Za-z]{2,}")
SPELLED = {"Tenure", "NPS", "EN", "HTML", "PDF", "CSV", "QR", "http", "lang", "ru", "host"}
"""Names, codes, and what is typed as it stands."""
ICONS = ".q-icon, .material-icons, kbd, .address"


def query_of(page: Page) -> str:
    return str(page.evaluate("location.search"))


def numbers(page: Page) -> list[str]:
    return page.locator(".number .pair").all_text_contents()


def curve(page: Page, measure: str = "active") -> str:
    """Return the line of world B as it is drawn."""
    return str(
        page.evaluate(
            "name => [...document.querySelectorAll(`[data-chart=${name}] svg path[stroke='#D55E00']`)]"
            ".map(path => path.getAttribute('d')).join()",
            measure,
        )
    )


def seen(page: Page) -> str:
    """Return all that is written on the page or told to those who do not see it, icons left out."""
    return str(
        page.evaluate(
            """icons => {
              const copy = document.body.cloneNode(true);
              copy.querySelectorAll(icons + ', script, style, .nicegui-error-popup, #esm-fallback')
                .forEach(one => one.remove());
              const told = name =>
                [...copy.querySelectorAll(`[${name}]`)].map(one => one.getAttribute(name));
              const all = [document.title, ...told('aria-label'), ...told('aria-valuetext')];
              return [copy.textContent, ...all].join(' | ');
            }""",
            ICONS,
        )
    )


def test_two_worlds_with_their_numbers_and_curves(open_page: Open) -> None:
    page = open_page()
    expect(page.locator(".chart svg")).to_have_count(4)
    expect(page.locator(".number")).to_have_count(7)
    gaps = page.locator(".number .gap").all_inner_texts()
    assert all(re.search(r"\[.+, .+\]", gap) for gap in gaps), gaps
    assert curve(page)
    expect(page.get_by_text("A teaching model of this scenario")).to_be_visible()


def test_a_lever_moves_the_curve_and_leaves_a_ghost_and_undo_brings_it_back(open_page: Open) -> None:
    page = open_page()
    before, told = curve(page), numbers(page)
    page.locator(BELOW).focus()
    for _ in range(6):
        page.keyboard.press("PageUp")
    expect(page.locator(".setting b").first).not_to_have_text("20.0 min")
    page.wait_for_function("before => location.search.includes('threshold')", arg=before)
    page.wait_for_selector(READY)
    expect(page.locator(".number .pair").first).not_to_have_text(told[0])
    assert curve(page) != before
    assert page.locator("[data-chart=active] svg path[stroke='#9A9A9A']").count() >= 1
    page.locator("body").press("u")
    while query_of(page):
        page.locator("body").press("u")
        page.wait_for_timeout(50)
    page.wait_for_selector(READY)
    expect(page.locator(".number .pair").first).to_have_text(told[0])
    assert numbers(page) == told


def test_play_moves_the_cursor_to_the_end_and_pausing_keeps_the_week(open_page: Open) -> None:
    page = open_page("week=100")
    first = numbers(page)
    page.locator("body").press("Space")
    expect(page.locator(".player .now")).to_have_text("week 104 of 104")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert numbers(page) != first
    page.locator("body").press("ArrowLeft")
    expect(page.locator(".player .now")).to_have_text("week 103 of 104")
    page.locator("body").press("ArrowRight")
    page.locator("body").press("Space")  # from the start, once it stands at the end
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("+document.querySelector('.player .now').textContent.match(/\\d+/)[0] < 50")
    page.locator("body").press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page).to_have_url(re.compile(r"week=\d{1,2}(&|$)"))


def test_predict_first_then_reveal(open_page: Open) -> None:
    page = open_page("predict=on")
    assert all("?" in text for text in numbers(page))
    assert curve(page) == ""
    page.get_by_role("button", name="less", exact=True).click()
    expect(page.get_by_role("button", name="less", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Reveal").click()
    expect(page.locator(".guess")).to_contain_text("You expected: less.")
    expect(page.locator(".guess")).to_contain_text("As expected.")
    assert curve(page)
    page.locator("body").press("2")  # another strategy: what comes of it is hidden again
    expect(page.locator(".guess")).to_contain_text("Your guess")
    assert curve(page) == ""


CURVE = re.compile(r'"name":"World ([AB])"(.*?)(?="name")')
EXACT = re.compile(r"-?\d+\.\d{3,}")
"""Numbers with so many digits that they do not come twice by chance."""


def told_by_curves(text: str) -> dict[str, set[str]]:
    """Return the numbers with decimals that a page was sent for the lines of the two worlds."""
    found: dict[str, set[str]] = {"A": set(), "B": set()}
    for side, data in CURVE.findall(text):
        found[side] |= set(EXACT.findall(data))
    return found


def test_before_the_reveal_nothing_of_world_b_is_sent(visits: Any, server: str) -> None:
    """Neither while the page is open, nor in the page as it comes, nor in files or other views."""
    page = visits.open("predict=on&charts=profit")
    for view in ("story", "cards"):
        page.locator(f'[data-key="view {view}"]').click()
        expect(page.locator(".later")).to_be_visible()
        expect(page.locator(".guess")).to_be_visible()
    page.locator('[data-key="view curves"]').click()
    page.wait_for_selector(READY)
    page.locator('[data-key="save"]').click()
    expect(page.locator(".dialog")).to_contain_text("World B is hidden")
    with page.expect_download() as waiting:
        page.locator("[data-save=csv]").click()
    assert "b_mean" not in waiting.value.path().read_text()
    page.keyboard.press("Escape")
    expect(page.locator(".dialog")).to_have_count(0)
    before = "".join(visits.received)
    arriving = urlopen(f"{server}/?predict=on&charts=profit&{visits.few}", timeout=20).read().decode()
    page.locator("body").press("v")
    page.wait_for_function("document.querySelector('.number .gap').textContent.includes('[')")
    told = told_by_curves("".join(visits.received)[len(before) :])
    own = told["B"] - told["A"]
    assert len(own) > 50
    assert own.isdisjoint(EXACT.findall(before))
    assert own.isdisjoint(EXACT.findall(arriving))
    assert not told["A"].isdisjoint(EXACT.findall(before))  # world A was there to see


def test_a_shared_address_hides_world_b_from_others_too(open_page: Open) -> None:
    page = open_page("predict=on")
    page.get_by_role("button", name="more", exact=True).click()
    expect(page).to_have_url(re.compile("guess=up"))
    page.locator('[data-key="share"]').click()
    shared = page.locator(".dialog .address").inner_text()
    other = open_page(shared.partition("?")[2])
    expect(other.locator(".guess")).to_contain_text("Your guess")
    expect(other.get_by_role("button", name="more", exact=True)).to_have_attribute("aria-pressed", "false")
    assert all("?" in text for text in numbers(other))
    assert curve(other) == ""


def test_a_lever_is_switched_on_with_values(open_page: Open) -> None:
    page = open_page("a=baseline&side=a")
    page.locator("details.more summary").click()
    page.locator('[data-key="switch training"]').click()
    expect(page.locator('[data-key="training.skill"]')).to_be_visible()
    expect(page).to_have_url(re.compile("a.training=on"))


def test_the_story_of_one_customer(open_page: Open) -> None:
    page = open_page("view=story", wait=".story table")
    expect(page.locator(".story tr.deciding")).to_have_count(1)
    expect(page.locator(".story .tag")).to_have_text("this decided it")
    expect(page.locator(".story th")).to_have_count(3)


def test_cards_belong_to_the_strategy(open_page: Open) -> None:
    page = open_page("view=cards&b=guarantee", wait=".cards svg")
    expect(page.locator(".cards h1")).to_contain_text("guarantee")
    expect(page.locator(".cards li")).to_have_count(6)
    page.locator("body").press("4")
    expect(page.locator(".cards h1")).to_contain_text("loyalty")


def test_visitors_do_not_meet(open_page: Open) -> None:
    anna, ben = open_page(), open_page(apart=True)
    before = numbers(ben)
    anna.locator("body").press("2")
    expect(anna).to_have_url(re.compile("b=guarantee"))
    anna.wait_for_selector(READY)
    assert numbers(anna) != before
    assert query_of(ben) == ""
    assert numbers(ben) == before
    expect(ben.locator(".preset")).to_contain_text("over-promise")


def test_the_address_brings_everything_back(open_page: Open) -> None:
    page = open_page("b=guarantee&b.commitments.delivery.payout=0.5&a.service.core.rate=0.1&week=40&seed=5")
    told = numbers(page)
    page.locator("body").press("p")
    expect(page.locator("html")).to_have_class(re.compile("projector"))
    page.locator("body").press("p")
    expect(page.locator("html")).not_to_have_class(re.compile("projector"))
    again = open_page(query_of(page).removeprefix("?"))
    assert numbers(again) == told
    expect(again.locator(".player .now")).to_have_text("week 40 of 104")
    expect(again.locator(".setting b").nth(1)).to_have_text("50 %")


def test_the_language_is_switched_without_losing_the_state(open_page: Open) -> None:
    page = open_page("b=guarantee&week=40")
    told = [re.sub(r"[^\d]", "", text) for text in numbers(page)]
    page.get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator(".player .now")).to_have_text("неделя 40 из 104")
    page.wait_for_selector(READY)
    assert [re.sub(r"[^\d]", "", text) for text in numbers(page)] == told
    assert "lang=ru" in query_of(page)
    assert "b=guarantee" in query_of(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_word_of_the_other_language(language: str, open_page: Open) -> None:
    page = open_page(f"lang={language}&b=combined&predict=on&revealed=on&guess=up")
    told = " ".join(page.locator(".number").all_inner_texts())
    own, other = (r"\d\.\d", r"\d,\d(?!\d\d)") if language == "en" else (r"\d,\d", r"\d\.\d")
    assert re.search(own, told)
    assert not re.search(other, told)
    page.locator("details.more summary").click()
    text = seen(page)
    for key in ("help", "share", "save"):
        page.locator(f'[data-key="{key}"]').click()
        expect(page.locator(".dialog")).to_be_visible()
        text += seen(page)
        page.keyboard.press("Escape")
        expect(page.locator(".dialog")).to_have_count(0)
    page.locator("[data-chart=csat]").hover()
    text += page.locator("[data-chart=csat]").inner_text()
    for view, mark in (("story", ".story table"), ("cards", ".cards svg")):
        page.locator(f'[data-key="view {view}"]').click()
        page.wait_for_selector(mark)
        text += seen(page)
    assert words(language).text("app.levers") in text
    if language == "en":
        found = set(re.findall(r"[А-Яа-яЁё]+", text)) - {"Русский"}
    else:
        found = set(LATIN.findall(text)) - SPELLED - {"English"}
    assert found == set()


def test_files_are_saved(open_page: Open, tmp_path: Path) -> None:
    page = open_page("b=guarantee")
    page.locator('[data-key="save"]').click()
    for kind, begin in (("csv", b"week,measure"), ("html", b"<!doctype html>"), ("pdf", b"%PDF")):
        with page.expect_download() as waiting:
            page.locator(f"[data-save={kind}]").click()
        target = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(target)
        assert target.name == f"tenure-courier-baseline-guarantee.{kind}"
        assert target.read_bytes().startswith(begin)


def test_the_code_for_telephones_is_made_here(open_page: Open) -> None:
    page = open_page("b=guarantee")
    page.locator('[data-key="share"]').click()
    expect(page.locator(".qr svg path")).to_have_count(2)
    expect(page.locator(".address")).to_contain_text("b=guarantee")
    expect(page.locator(".dialog")).to_contain_text("this computer only")


def test_another_scenario(open_page: Open) -> None:
    page = open_page()
    before = numbers(page)
    page.locator('[data-key="scenario"]').click()
    page.get_by_role("option", name="mobile").click()
    expect(page).to_have_url(re.compile("s=telecom"))
    expect(page.locator(".player .now")).to_have_text("week 156 of 156")
    expect(page.locator(".number .pair").first).not_to_have_text(before[0])


def test_a_request_to_another_machine_would_fail(visits: Any) -> None:
    page = visits.open()
    page.evaluate("fetch('http://example.org/a.js').catch(() => 0)")
    page.wait_for_function("performance.getEntriesByName('http://example.org/a.js').length > 0")
    assert any("off the machine: http://example.org/a.js" in one for one in visits.wrong)
    visits.wrong.clear()


def test_it_is_open_to_this_computer_alone(server: str) -> None:
    """All of 127.0.0.0/8 is this computer: a server for everybody would answer at another address of it."""
    port = urlsplit(server).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=20).close()
    socket.create_connection(("127.0.0.1", port), timeout=20).close()


def test_visitors_who_leave_before_the_answer_are_no_fault(server: str) -> None:
    """Ask for a file and hang up: the log, which the fixture of the server reads, has no traceback."""
    html = urlopen(server, timeout=20).read().decode()
    found = re.search(r'src="(/_nicegui/[^"]+socket\.io[^"]*\.js)"', html)
    assert found is not None
    at = urlsplit(server)
    asked = f"GET {found.group(1)} HTTP/1.1\r\nHost: {at.netloc}\r\nAccept-Encoding: gzip\r\n\r\n"
    assert at.port is not None
    for _ in range(60):
        with socket.create_connection((str(at.hostname), at.port), timeout=20) as visitor:
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # leave at once
            visitor.sendall(asked.encode())
    assert urlopen(server, timeout=20).status == 200
