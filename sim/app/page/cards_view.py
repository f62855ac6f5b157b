"""The cards for the debriefing."""

from nicegui import ui

from sim.app.cards import card_html
from sim.app.page.session import Session


def show_cards(session: Session) -> None:
    """Show the card of the strategy that is looked at."""
    with ui.element("article").classes("scroll cards").props("tabindex=0"):
        ui.html(card_html(session.state, session.words), sanitize=False)
