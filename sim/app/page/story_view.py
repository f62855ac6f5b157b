"""The story of one customer in both worlds, as a table."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from nicegui import background_tasks, ui

from sim.app.page.session import Session
from sim.app.story import Story, story_html, tell

Take = Callable[..., None]


def show_story(session: Session, take: Take) -> None:
    """Show the story; it is run first, which takes a moment."""
    box = ui.element("article").classes("scroll story").props("tabindex=0 aria-live=polite")
    with box:
        ui.label(session.words.text("app.waiting"))
    client = ui.context.client
    state = session.state

    async def fill() -> None:
        found = await asyncio.to_thread(tell, state, session.hall.folders)
        if session.state != state or box.is_deleted:
            return
        with client, box:
            box.clear()
            _fill(session, found, take)
        client.run_javascript("document.querySelector('.deciding')?.scrollIntoView({block: 'center'})")

    background_tasks.create(fill(), name="story of a customer")


def _fill(session: Session, story: Story, take: Take) -> None:
    words, state = session.words, session.state
    scenario = session.board.scenario
    with ui.element("div").classes("head-line"):
        ui.html(story_html(story, state, scenario, words, part="head"), sanitize=False)
        if story.others:
            options = dict.fromkeys([*story.others, story.customer])
            chosen = ui.select(
                {customer: words.number(customer) for customer in options},
                value=story.customer,
                label=words.text("story.choose"),
                on_change=lambda event: take(replace(session.state, watched=int(event.value))),
            )
            chosen.props(
                f'dense outlined options-dense aria-label="{words.text("story.choose")}" data-key=who'
            )
            chosen.style("min-width: 11rem")
    ui.html(story_html(story, state, scenario, words, part="table"), sanitize=False)
