"""A policy as a card: what it does and by which sources, its dose and dates, and whatever is wrong with it."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from nicegui import ui

from mixflow.policies.schema import Policy

from ..offers import effect_rows, in_force
from ..words import DOSE
from .frame import text


class CardView:
    """One card on the page.

    Parameters
    ----------
    name, policy
        The policy; None for a name that stands for several.
    values
        Its dose, start and end, which the fields change.
    changed, removed
        Called when a field was changed, and when the card is to go.
    """

    def __init__(
        self,
        name: str,
        policy: Policy | None,
        values: dict[str, Any],
        changed: Callable[[], None],
        removed: Callable[[], None],
    ) -> None:
        self.name = name
        title = policy.title if policy else "Everything that was enacted" if name == "history" else name
        self.title = escape(title)
        with (
            ui.element("article")
            .classes("card")
            .props(f'aria-label="{escape(title)}" data-policy="{name}"') as self.box
        ):
            with ui.element("div").classes("head"):
                text(title, "h4")
                remove = ui.button(icon="close", on_click=removed).props("flat dense round size=sm color=grey-9")
                remove.props(f'aria-label="Take away {escape(title)}"')
            if policy is not None:
                self._fields(policy, values, changed)
                _explained(policy)
            self.wrong = ui.html("", sanitize=False).classes("say").props("role=alert")

    def _fields(self, policy: Policy, values: dict[str, Any], changed: Callable[[], None]) -> None:
        def setting(key: str) -> Callable[[Any], None]:
            def put(event: Any) -> None:
                values[key] = None if event.value in ("", None) else event.value
                changed()

            return put

        first = 1.0 if values["dose"] is None else values["dose"]
        with ui.element("div").classes("dose"):
            dose = ui.number("Dose", value=first, step=0.05).on_value_change(setting("dose")).tooltip(DOSE)
            slide = ui.slider(min=0, max=1, step=0.05, value=min(max(first, 0), 1)).props(
                f'aria-label="Dose of {self.title}"'
            )
            slide.on_value_change(lambda event: dose.set_value(event.value))
            dose.on_value_change(lambda event: _follow(slide, event.value))
        with ui.element("div").classes("pair"):
            start = ui.input("From", value=values["start"] or "", on_change=setting("start"))
            end = ui.input("Until, not included", value=values["end"] or "", on_change=setting("end"))
            for day in (start, end):
                day.props("type=date stack-label")
        for field in (dose, start, end):
            field.props("outlined dense")
        text(f"By its file: {in_force(policy)}.", classes="quiet")

    def tell(self, said: Mapping[str, str]) -> None:
        """Show what is wrong and what is remarked, texts with their kinds, or that nothing is."""
        wrong = "bad" in said.values()
        self.wrong.set_content(paragraphs(said))
        self.box.classes(add="wrong" if wrong else "", remove="" if wrong else "wrong")


def paragraphs(said: Mapping[str, str]) -> str:
    """Texts as paragraphs of their kind: `bad` or `note`."""
    return "".join(f'<p class="said {kind}">{escape(text)}</p>' for text, kind in said.items())


def _follow(slide: ui.slider, value: Any) -> None:
    """Move the slider to a dose that was typed; one that is out of range leaves it where it is."""
    if isinstance(value, int | float) and 0 <= value <= 1 and value != slide.value:
        slide.set_value(value)


def _explained(policy: Policy) -> None:
    rows = "".join(
        f'<tr><th scope="row" title="{escape(row.meaning)}">{escape(row.lever)}</th><td>{escape(row.does)}</td>'
        f"<td>{escape(row.span)}</td><td>{escape(row.meaning)}</td><td>{escape(row.source)}</td></tr>"
        for row in effect_rows(policy)
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Lever", "Does", "Plausible", "Meaning", "Source"))
    table = (
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>' if rows else ""
    )
    made_of = f"<p>Made of: {escape(', '.join(policy.includes))}.</p>" if policy.includes else ""
    ui.html(
        f"<summary>What it does, and how sure that is</summary><p>{escape(policy.description)}</p>{table}{made_of}"
        f"<p><strong>Risk:</strong> {escape(policy.risk)}</p><p><strong>Source:</strong> {escape(policy.source)} "
        f"(as of {policy.as_of})</p>",
        sanitize=False,
        tag="details",
    )
