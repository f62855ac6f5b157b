"""What opens over the page: help, sharing the address, saving what is on the screen."""

from html import escape
from typing import Any

from nicegui import run, ui

from sim.app.address import share_address
from sim.app.handout import handout_csv, handout_html, handout_pdf
from sim.app.page.session import Session
from sim.app.state import for_others
from sim.app.telling import limits_of
from sim.language.words import Words

KEYS = (
    ("", "space"),
    ("← →", "weeks"),
    ("1 … 5", "presets"),
    ("W", "side"),
    ("U", "undo"),
    ("R", "reset"),
    ("V", "reveal"),
    ("P", "projector"),
    ("?", "help"),
)


def _dialog(title: str, words: Words) -> tuple[Any, Any]:
    """Open a dialog and return it with its box, to be filled."""
    dialog = ui.dialog().props(f'aria-label="{title}"')
    dialog.on("hide", dialog.delete)
    with dialog:
        box = ui.element("div").classes("dialog")
        with box:
            ui.html(escape(title), sanitize=False, tag="h2")
    dialog.open()
    return dialog, box


def _close(dialog: Any, words: Words) -> None:
    button = ui.element("button").classes("plain close").props("type=button autofocus")
    button.on("click", dialog.close)
    with button:
        ui.html(words.text("app.close"), sanitize=False, tag="span")


def help_dialog(session: Session) -> None:
    """Show the keys, how to read the page, and what it is not."""
    words = session.words
    dialog, box = _dialog(words.text("app.help"), words)
    keys = ((key or words.text("app.keys.bar"), words.text(f"app.keys.{name}")) for key, name in KEYS)
    rows = "".join(f"<tr><td><kbd>{escape(key)}</kbd></td><td>{escape(said)}</td></tr>" for key, said in keys)
    tour = "".join(
        f"<p>{escape(words.text(f'app.tour.{name}'))}</p>" for name in ("first", "second", "third")
    )
    with box:
        ui.html(
            f"<h3>{escape(words.text('app.tour.title'))}</h3>{tour}"
            f"<h3>{escape(words.text('app.keys.title'))}</h3><table>{rows}</table>"
            f"<p>{escape(limits_of(session.board.scenario, words))}</p>",
            sanitize=False,
        )
        _close(dialog, words)


def share_dialog(session: Session) -> None:
    """Show the address of the state with its QR code, made here."""
    import segno

    words = session.words
    address = address_of(session)
    dialog, box = _dialog(words.text("app.sharing.title"), words)
    svg = segno.make(address, error="l", micro=False).svg_inline(
        omitsize=True, border=2, dark="#22262b", light="#ffffff"
    )
    svg = svg.replace(
        "<svg ", f'<svg role="img" aria-label="{escape(words.text("app.sharing.qr"), quote=True)}" ', 1
    )
    with box:
        note = "room" if session.hall.address else "local"
        ui.html(escape(words.text(f"app.sharing.{note}")), sanitize=False, tag="p")
        ui.html(svg, sanitize=False).classes("qr")
        ui.label(address).classes("address")
        with ui.element("div").classes("row"):
            copy = ui.element("button").classes("plain").props("type=button")

            def copied() -> None:
                ui.clipboard.write(address)
                ui.notify(words.text("app.copied"))

            copy.on("click", copied)
            with copy:
                ui.html(words.text("app.copy"), sanitize=False, tag="span")
        _close(dialog, words)


def save_dialog(session: Session) -> None:
    """Offer the handout and the numbers as files."""
    words = session.words
    dialog, box = _dialog(words.text("app.saving.title"), words)
    with box:
        ui.html(escape(words.text("app.saving.note")), sanitize=False, tag="p")
        if session.state.hidden:
            ui.html(escape(words.text("app.handout.hidden")), sanitize=False, tag="p")
        with ui.element("div").classes("row"):
            for kind in ("html", "pdf", "csv"):
                _file(session, kind)
        _close(dialog, words)


def _file(session: Session, kind: str) -> None:
    words = session.words
    make = {"html": handout_html, "pdf": handout_pdf, "csv": handout_csv}[kind]

    async def save() -> None:
        if session.pair is None:
            return
        state = session.state
        content = await run.io_bound(
            make, state, session.pair, session.words, address_of(session), session.hall.folders
        )
        assert content is not None
        name = f"tenure-{state.scenario}-{state.a.preset}-{state.b.preset}.{kind}"
        ui.download.content(content, name)

    button = ui.element("button").classes("plain").props(f"type=button data-save={kind}")
    button.on("click", save)
    with button:
        ui.html(words.text(f"app.saving.{kind}"), sanitize=False, tag="span")


def address_of(session: Session) -> str:
    """Return the whole address of the state, as the room sees it if it is open to it."""
    base = session.hall.address or str(ui.context.client.request.base_url).rstrip("/")
    return f"{base}/?{share_address(for_others(session.state))}"
