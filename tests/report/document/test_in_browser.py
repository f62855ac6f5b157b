"""The report in a real browser with the network closed: on a desk, on a phone, on a wall and on paper."""

from pathlib import Path

import pytest

AXE = Path(__file__).resolve().parents[2] / "browser" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"desk": (1280, 800), "phone": (390, 844), "wall": (1920, 1080)}
WIDER = """[...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, pre, svg'))
    .map(one => one.outerHTML.slice(0, 80))"""
LEAST = """[...document.querySelectorAll('svg text')].map(text => {
    const to = text.getScreenCTM();
    return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(to.a, to.b);
}).reduce((one, other) => Math.min(one, other))"""
CUT = """[...document.querySelectorAll('.scroll')]
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.getAttribute('aria-labelledby'))"""
TIGHT = """[...document.querySelectorAll('th, td, td span')]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
    .map(one => one.textContent)"""
WHOLE = """[...document.querySelectorAll('.grid')]
    .every(one => getComputedStyle(one).breakInside === 'avoid' && one.offsetHeight < 1000)"""


@pytest.fixture
def opened(browser, pages, tmp_path):
    """Return a function that opens a report; a request, an error or a complaint fails the test."""
    wrong, contexts = [], []

    def opening(which, size="desk", page=None):
        path = tmp_path / "report.html"
        path.write_text(page or pages[which], encoding="utf-8")
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        contexts.append(context)
        found = context.new_page()
        address = path.as_uri()
        found.on("request", lambda one: None if one.url.startswith(address) else wrong.append(one.url))
        found.on("pageerror", lambda error: wrong.append(str(error)))
        found.on("console", lambda message: wrong.append(message.text))
        found.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        found.goto(address)
        return found

    opening.wrong = wrong
    yield opening
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("kind", ["plain", "drawn", "evil", "one run", "alone", "contract"])
def test_it_opens_without_a_request_or_an_error(opened, kind, lang):
    page = opened((kind, lang))
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.locator("section").count() == 12
    assert page.locator("figure svg").first.is_visible()
    assert page.evaluate("document.scripts.length") == 0


def test_a_request_would_fail(opened, pages):
    evil = pages["plain", "en"].replace("img-src data:", "img-src *")
    opened(("plain", "en"), page=evil.replace("<main>", '<main><img src="http://127.0.0.1:9/a.png" alt="">'))
    assert any("127.0.0.1:9" in one for one in opened.wrong)
    opened.wrong.clear()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_nothing_sticks_out_and_letters_can_be_read(opened, lang, size):
    page = opened(("drawn", lang), size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(WIDER) == []
    least = page.evaluate(LEAST)
    assert least >= 8.5  # of a picture on a phone, CSS pixels
    paragraph = page.evaluate("parseFloat(getComputedStyle(document.querySelector('p.plain')).fontSize)")
    assert paragraph >= (20.0 if size == "wall" else 16.0)


def violations(page):
    """Return what axe-core finds at levels A and AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("levels => axe.run(document, {runOnly: {type: 'tag', values: levels}})", LEVELS)
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found["violations"]
    ]


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("kind", ["drawn", "one run", "contract"])
def test_axe_finds_nothing(opened, kind, lang):
    assert violations(opened((kind, lang))) == []


def test_axe_would_find_something(opened, pages):
    worse = (
        pages["plain", "en"].replace('<html lang="en"', "<html").replace("<main>", "<main><a href='#a'></a>")
    )
    found = {one.partition(":")[0] for one in violations(opened(("plain", "en"), page=worse))}
    assert found == {"html-has-lang", "link-name"}


def test_a_link_leads_to_its_part_by_keyboard(opened):
    page = opened(("plain", "en"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#question"
    page.get_by_role("link", name="Money").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.getElementById('money').getBoundingClientRect().top") < 100


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_printed_no_table_is_cut_and_nothing_sticks_out(opened, lang):
    page = opened(("drawn", lang))
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 less its margins, at 96 dots per inch
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    assert page.evaluate(TIGHT) == []
    assert page.evaluate(WHOLE)
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
