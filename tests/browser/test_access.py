"""For everybody and for a room: axe at levels A and AA, the keyboard alone, sizes without overflow."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
READY = '[data-runs="12"]'
AXE = Path(__file__).parent / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """Return what axe-core finds at levels A and AA."""
    page.mouse.move(640, 2)
    expect(page.locator(".q-tooltip")).to_have_count(0)  # one that fades has other contrasts on the way
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "levels => axe.run(document, {runOnly: {type: 'tag', values: levels}})", LEVELS
    )
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


def test_axe_finds_nothing_in_english_but_what_was_put_there(open_page: Open) -> None:
    page = open_page("b.price.change=9")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert violations(page) == []
    for view, mark in (("story", ".story table"), ("cards", ".cards svg")):
        page.locator(f'[data-key="view {view}"]').click()
        page.wait_for_selector(mark)
        assert violations(page) == [], view
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('.head').insertAdjacentHTML('beforeend', '<button></button>')")
    assert {one.partition(":")[0] for one in violations(page)} == {"html-has-lang", "button-name"}


def test_axe_finds_nothing_in_russian_in_any_state(open_page: Open) -> None:
    page = open_page("lang=ru&b=combined&side=a&predict=on")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert violations(page) == []
    for key in ("help", "share", "save"):
        page.locator(f'[data-key="{key}"]').click()
        expect(page.locator(".dialog")).to_be_visible()
        page.wait_for_timeout(400)  # until the dialog has faded in: on the way colours have other contrasts
        assert violations(page) == [], key
        page.keyboard.press("Escape")
        expect(page.locator(".dialog")).to_have_count(0)
    page.locator('[data-key="view story"]').click()
    expect(page.locator(".later")).to_be_visible()
    assert violations(page) == []
    page.locator("body").press("v")
    for view, mark in (("story", ".story table"), ("cards", ".cards svg"), ("curves", READY)):
        page.locator(f'[data-key="view {view}"]').click()
        page.wait_for_selector(mark)
        assert violations(page) == [], view
    page.locator("body").press("p")
    expect(page.locator("html")).to_have_class(re.compile("projector"))
    page.wait_for_selector(READY)
    assert violations(page) == []


def test_everything_is_reached_by_the_keyboard(open_page: Open) -> None:
    """Tab through the page: every control gets the focus, in the order in which it stands, and shows it."""
    page = open_page()
    wanted = page.evaluate(
        """parts => [...document.querySelectorAll(parts)]
          .filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0).length""",
        'button, input, select, summary, [role=slider] [tabindex="0"], [role=switch]',
    )
    reached: set[str] = set()
    page.locator("body").press("Tab")
    for _ in range(wanted + 30):
        reached.add(
            page.evaluate(
                """() => {
                  const at = document.activeElement;
                  at.dataset.reached ??= String(Math.random());
                  return at === document.body ? '' : at.dataset.reached;
                }"""
            )
        )
        page.keyboard.press("Tab")
    assert len(reached - {""}) >= wanted


def test_a_workshop_without_a_mouse(open_page: Open) -> None:
    page = open_page()
    body = page.locator("body")
    body.press("2")
    expect(page.locator(".preset")).to_contain_text("2 · guarantee")
    body.press("w")
    expect(page.locator('[data-key="side a"]')).to_have_attribute("aria-pressed", "true")
    body.press("3")
    expect(page).to_have_url(re.compile(r"a=compensation&b=guarantee"))
    page.locator('[data-key="predict"]').focus()
    page.keyboard.press("Space")
    expect(page.locator(".guess")).to_be_visible()
    page.locator('[data-key="guess up"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-key="guess up"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator('[data-key="guess up"]')).to_be_focused()  # though the middle was built anew
    body.press("v")
    expect(page.locator(".guess")).to_contain_text("You expected: more.")
    body.press("p")
    expect(page.locator("html")).to_have_class(re.compile("projector"))
    body.press("r")
    expect(page).to_have_url(re.compile(r"\?n=200&projector=on&predict=on$"))
    body.press("?")
    expect(page.locator(".dialog")).to_contain_text("play or pause")
    page.keyboard.press("Escape")
    expect(page.locator(".dialog")).to_have_count(0)


PARTS = ".head, .head > *, .number, .pair, .gap, .chart h2, .player, .now, .guess, .told, .sides button"


def overflow(page: Page, scrolls: bool = False) -> list[str]:
    """Return what does not fit: the page itself unless it scrolls, or a text that is cut off."""
    return list(
        page.evaluate(
            """([parts, scrolls]) => {
              const found = [];
              const root = document.documentElement;
              if (root.scrollWidth > innerWidth) found.push(`page ${root.scrollWidth} > ${innerWidth}`);
              const [high, most] = [root.scrollHeight, scrolls ? Infinity : innerHeight];
              if (high > most) found.push(`page ${high} > ${most}`);
              for (const one of document.querySelectorAll(parts)) {
                const box = one.getBoundingClientRect();
                const name = `${one.className}: ${one.textContent.slice(0, 60)}`;
                if (box.right > innerWidth + 1) found.push(`${name} ends at ${box.right}`);
                if (one.clientWidth && one.scrollWidth > one.clientWidth + 1) found.push(name);
              }
              for (const one of document.querySelectorAll('.nicegui-echart')) {
                const high = one.getBoundingClientRect().height;
                if (high < 90) found.push(`a chart is ${high} high`);
              }
              return found;
            }""",
            [PARTS, scrolls],
        )
    )


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_fits(language: str, open_page: Open) -> None:
    page = open_page(f"lang={language}&b=combined&predict=on")

    def fits(state: str) -> None:
        page.wait_for_selector(READY)
        for width, height in ((1920, 1080), (1280, 720)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(150)  # charts follow their boxes a moment later
            assert overflow(page) == [], (state, width)

    fits("to be guessed")
    page.locator("body").press("v")
    expect(page.locator('[data-key="reveal"]')).to_have_count(0)
    fits("revealed")
    page.locator("body").press("p")
    expect(page.locator("html")).to_have_class(re.compile("projector"))
    fits("revealed to a room")
    page.locator("body").press("2")
    expect(page.locator('[data-key="reveal"]')).to_be_visible()
    fits("to be guessed by a room")


def test_for_a_room_it_is_large_and_little(open_page: Open) -> None:
    page = open_page("lang=ru", size=(1920, 1080))
    page.evaluate(  # the key at the place of P on a Russian keyboard
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'з', code: 'KeyP', bubbles: true}))"
    )
    expect(page.locator("html")).to_have_class(re.compile("projector"))
    expect(page.locator(".chart")).to_have_count(2)
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert 20 <= size <= 24
    assert page.locator(".chart").count() <= 2
    assert page.locator(".number").count() <= 4


def test_many_mistakes_in_the_address_leave_room_for_the_charts(open_page: Open) -> None:
    page = open_page("scenario=curier&a=x&b=x&week=0&who=x&charts=x&lock=x&colour=<script>alert(1)</script>")
    expect(page.locator(".problem")).to_have_count(8)
    expect(page.locator(".problem").nth(0)).to_contain_text("near: courier")
    expect(page.locator(".number")).to_have_count(7)
    assert overflow(page) == []
    page.locator('[data-key="problems"]').click()
    expect(page.locator(".problem")).to_have_count(0)


def test_on_smaller_screens_it_scrolls_and_nothing_is_cut(open_page: Open) -> None:
    page = open_page("lang=ru&b=guarantee")
    for view, mark in (("curves", READY), ("story", ".story table")):
        page.locator(f'[data-key="view {view}"]').click()
        page.wait_for_selector(mark)
        for width in (1024, 768, 390):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(150)  # charts follow their boxes a moment later
            assert overflow(page, scrolls=True) == [], (view, width)
            assert page.locator(".story td").evaluate_all(
                "all => all.every(one => one.scrollWidth <= one.clientWidth + 1)"
            )
