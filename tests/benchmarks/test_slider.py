"""How long a moved slider takes to show its new curve in a browser, and how long its interval; 104 weeks."""

import statistics

from racing import keep_rows

MOVES = 15
READY = '[data-runs="12"]'
SLIDER = '[data-key="commitments.delivery.threshold"] [tabindex="0"]'
CURVE, INTERVAL = 0.3, 2.0
"""Goals in seconds: to the curve, and from the curve to the interval."""
WATCH = """
() => {
  const drawn = () => [...document.querySelectorAll("[data-chart=active] svg path[stroke='#D55E00']")]
    .map(path => path.getAttribute('d')).join();
  window.times = {};
  let before = drawn();
  document.addEventListener('keydown', () => { window.times = {moved: performance.now()}; before = drawn(); },
    {capture: true});
  new MutationObserver(() => {
    const times = window.times, now = performance.now();
    if (!times.moved) return;
    if (!times.curve && drawn() !== before) {
      times.curve = now;  // a frame later it is on the screen
      requestAnimationFrame(() => requestAnimationFrame(() => { times.seen = performance.now(); }));
    }
    if (times.curve && !times.interval && document.querySelector('[data-runs="12"]')) times.interval = now;
  }).observe(document.body, {subtree: true, childList: true, attributes: true});
}
"""


def test_a_moved_slider(benchmark, browser, app):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(app.address)
    page.wait_for_selector(READY)
    page.evaluate(WATCH)
    page.locator(SLIDER).focus()
    curves, intervals, computed = [], [], []

    def move():
        before = app.cpu_seconds()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("window.times.seen")
        computed.append(app.cpu_seconds() - before)
        page.wait_for_function("window.times.interval")
        times = page.evaluate("window.times")
        curves.append((times["seen"] - times["moved"]) / 1000.0)
        intervals.append((times["interval"] - times["curve"]) / 1000.0)

    benchmark.pedantic(move, rounds=MOVES, warmup_rounds=2)
    context.close()
    assert all(seconds > 0.0 for seconds in (*curves, *intervals))
    benchmark.extra_info["seconds to the curve"] = sorted(curves[-MOVES:])
    benchmark.extra_info["CPU seconds of the server to the curve"] = statistics.median(computed[-MOVES:])
    keep_rows(
        benchmark,
        "a moved slider until its curve is seen",
        statistics.median(curves[-MOVES:]),
        (f"{CURVE:g} s", CURVE, 1.0),
    )
    keep_rows(
        benchmark,
        "from the curve to its interval of twelve runs",
        statistics.median(intervals[-MOVES:]),
        (f"{INTERVAL:g} s", INTERVAL, 1.0),
    )
