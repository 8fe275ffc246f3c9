"""The left side of Compare: a base and up to three alternatives, put together from cards. It changes a draft, and runs nothing."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from nicegui import ui

from mixflow.policies.schema import Policy
from mixflow.sim.base.limits import YAML_BYTES

from ..app_state import AppState
from ..draft import Draft, DraftWorld
from ..offers import choices, enacted, policies, scenarios
from ..own_policies import checked
from ..words import LETTERS, MOST_CARDS, MOST_SEEDS, MOST_SIDES, ROBUST, SCALE, SEEDS
from .bring import bring
from .cards import CardView, paragraphs
from .frame import text


class Builder:
    """The fields of a study.

    Parameters
    ----------
    room
        What pages share.
    draft
        What the fields change.
    own
        The user's own policies, read.
    changed
        Called after each change.
    """

    def __init__(self, app_state: AppState, draft: Draft, own: dict[str, Policy], changed: Callable[[], None]) -> None:
        self.app_state, self.draft, self.own, self.changed = app_state, draft, own, changed
        self.cards: list[tuple[str, CardView]] = []
        self.said: dict[str, ui.html] = {}
        self._fields()
        self.said["study"] = ui.html("", sanitize=False).classes("say").props("role=alert")
        self.worlds = ui.element("div")
        self.draw()
        self._more()

    def _fields(self) -> None:
        fields = self.draft.fields
        title = ui.input("Name of the study", value=fields["title"]).props("maxlength=100")
        world = ui.select({n: s.title for n, s in scenarios().items()}, value=fields["scenario"], label="Scenario")
        about = text(self._about(), classes="quiet")
        with ui.element("div").classes("pair"):
            start = ui.input("First day", value=fields["start"] or "").props("type=date stack-label")
            end = ui.input("Last day", value=fields["end"] or "").props("type=date stack-label")
            seeds = ui.number("Pairs of worlds", value=fields["seeds"], min=1, max=MOST_SEEDS, step=1).tooltip(SEEDS)
            scale = ui.number("Scale", value=fields["scale"], step=0.001).tooltip(SCALE)
        robust = ui.checkbox("Try contested effects too", value=fields["robust"]).tooltip(ROBUST)
        named = {"title": title, "scenario": world, "start": start, "end": end, "seeds": seeds, "scale": scale}
        for key, field in named.items():
            field.props("outlined dense options-dense").classes("full-width")
            field.on_value_change(self._setting(key))
        robust.on_value_change(self._setting("robust"))
        world.on_value_change(lambda: about.set_content(escape(self._about())))

    def _about(self) -> str:
        item = scenarios()[str(self.draft.fields["scenario"])]
        return f"{item.description} By itself: {item.start} to {item.end}, scale {item.scale:g}."

    def _setting(self, key: str) -> Callable[[Any], None]:
        def put(event: Any) -> None:
            empty = "" if key == "title" else None
            self.draft.fields[key] = empty if event.value in ("", None) else event.value
            self.held.set_content(self._held())
            self.changed()

        return put

    def draw(self) -> None:
        """Draw the worlds again after one was added or removed."""
        self.cards.clear()
        self.worlds.clear()
        with self.worlds:
            self._world("base", self.draft.base, "Base")
            for k, side in enumerate(self.draft.sides):
                self._world(str(k), side, f"Alternative {LETTERS[k]}")
            if len(self.draft.sides) < MOST_SIDES:
                more = ui.button("Add an alternative", icon="add", on_click=self._one_more)
                more.props("flat no-caps color=primary")

    def _one_more(self) -> None:
        self.draft.sides.append(DraftWorld())
        self.draw()
        self.changed()

    def _one_less(self, number: int) -> None:
        del self.draft.sides[number]
        self.draw()
        self.changed()

    def _world(self, where: str, world: DraftWorld, title: str) -> None:
        with ui.element("section").classes("world").props(f'aria-label="{title}" data-world="{where}"'):
            with ui.element("div").classes("head"):
                text(title, "h3")
                if where != "base":
                    named = ui.input(placeholder="its name", value=world.title).props("dense borderless maxlength=60")
                    named.props(f'aria-label="Name of {title}"').classes("col")
                    named.on_value_change(lambda event: self._named(world, event.value))
                    if len(self.draft.sides) > 1:
                        gone = ui.button(icon="delete", on_click=lambda: self._one_less(int(where)))
                        gone.props(f'flat dense round size=sm color=grey-9 aria-label="Take away {title}"')
            if where == "base":
                text("Policies that all worlds have, besides what was enacted.", classes="quiet")
                self.held = ui.html(self._held(), sanitize=False)
            box = ui.element("div")
            for name in list(world.cards):
                self._card(where, world, name, box)
            added = ui.select(choices(self.own), with_input=True, label=f"Add a policy to {title}", clearable=True)
            added.props("outlined dense options-dense").classes("full-width")
            added.on_value_change(lambda event: self._add(where, world, event, box))
            if where != "base":
                self._without(world)
            self.said[where] = ui.html("", sanitize=False).classes("say").props("role=alert")

    def _held(self) -> str:
        """The enacted policies that all worlds hold."""
        fields = self.draft.fields
        titles = enacted(str(fields["scenario"]), fields["start"], fields["end"])
        if not titles:
            return ""
        rows = "".join(f"<li>{escape(title)}</li>" for title in titles.values())
        return (
            f"<details><summary>{len(titles)} enacted policies belong to this world</summary><ul>{rows}</ul></details>"
        )

    def _named(self, world: DraftWorld, title: Any) -> None:
        world.title = str(title or "")
        self.changed()

    def _without(self, world: DraftWorld) -> None:
        fields = self.draft.fields
        names = {name: name.replace("_", " ") for name in self.draft.base.cards}
        names = enacted(str(fields["scenario"]), fields["start"], fields["end"]) | names
        world.without = [name for name in world.without if name in names]
        if not names:
            return
        field = ui.select(
            names, multiple=True, with_input=True, value=world.without, label="Without: leave out a policy of the base"
        )
        field.props("outlined dense options-dense use-chips").classes("full-width q-mt-sm")

        def put(event: Any) -> None:
            world.without = list(event.value or [])
            self.changed()

        field.on_value_change(put)

    def _add(self, where: str, world: DraftWorld, event: Any, box: ui.element) -> None:
        name = event.value
        if not name:
            return
        event.sender.set_value(None)
        if name in world.cards or len(world.cards) >= MOST_CARDS:
            return
        world.cards[name] = {"dose": None, "start": None, "end": None}
        self._card(where, world, name, box)
        if where == "base":
            self.draw()
        self.changed()

    def _card(self, where: str, world: DraftWorld, name: str, box: ui.element) -> None:
        def gone() -> None:
            del world.cards[name]
            self.draw()
            self.changed()

        with box:
            policy = self.own.get(name) or policies().get(name)
            self.cards.append((where, CardView(name, policy, world.cards[name], self.changed, gone)))

    def _more(self) -> None:
        with ui.expansion("Bring a policy of your own").props("dense").classes("full-width"):
            text(
                "A file NAME.yaml in the form of docs/how-to/add_a_policy.md. It is data: nothing in it is run.",
                classes="quiet",
            )
            bring("a policy (YAML)", ".yaml,.yml", YAML_BYTES, self._brought)

    async def _brought(self, file: str, content: bytes) -> str:
        policy = await self.app_state.process_pool.run(checked, file, content)
        self.own[policy.name] = policy
        self.draft.own[policy.name] = content.decode("utf-8-sig")
        self.draw()
        self.changed()
        return f"{policy.title} can be chosen now."

    def tell(self, problems: list[dict[str, Any]], remarks: Sequence[dict[str, Any]] = ()) -> None:
        """Show each problem, and each remark, on its cards, or in its world, or below the fields."""
        shown: dict[str, dict[str, str]] = {where: {} for where in self.said}
        on_cards: dict[int, dict[str, str]] = {}
        for kind, said in (*(("bad", one) for one in problems), *(("note", one) for one in remarks)):
            cards = [at for at, (where, card) in enumerate(self.cards) if _speaks_of(said, where, card.name)]
            for at in cards:
                on_cards.setdefault(at, {}).setdefault(said["text"], kind)
            if not cards:
                shown[said["where"] if said["where"] in shown else "study"].setdefault(said["text"], kind)
        for at, (_, card) in enumerate(self.cards):
            card.tell(on_cards.get(at, {}))
        for where, box in self.said.items():
            box.set_content(paragraphs(shown[where]))


def _speaks_of(problem: dict[str, Any], where: str, name: str) -> bool:
    return (where == problem["where"] and name in problem["cards"]) or (where == "base" and name in problem["base"])
