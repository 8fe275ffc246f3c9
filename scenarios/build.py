"""From a checked config to a model: tables, graph, people, smugglers and states, put together in one place."""

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from mesa.agentset import AgentSet

from mixflow.agents.institution import Institution
from mixflow.agents.people_model import PeopleModel, refuse_own_steps
from mixflow.agents.smuggler import Smuggler
from mixflow.agents.state import State
from mixflow.policies.effect_checks import of_tables
from mixflow.policies.library import chosen, named
from mixflow.policies.schema import Policy
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import AssumptionNote, UnmetWarning, UserError
from mixflow.sim.base.levers import Adjust, Agency
from mixflow.sim.base.limits import BYTES_A_PAIR, BYTES_A_PERSON
from mixflow.sim.base.params import checked
from mixflow.sim.engine.model import MigrationModel
from mixflow.sim.engine.plan import Plan
from mixflow.sim.people.population import Rows
from mixflow.sim.world.anchor import Anchor
from mixflow.sim.world.network import RouteGraph

from .anchors import STRUCTURAL, anchor_of
from .config import completed
from .effects import effects_in, warn
from .money import check_money
from .tables import tables_folder
from .world import World, graph, load_world


class MixedMigration(PeopleModel, MigrationModel):
    """The whole model as a Mesa user sees it: people, smugglers, states and institutions are its agents."""

    booked = frozenset({"place", "status", "origin", "wealth", "debt"})

    def __init__(self, *world_and_plan: Any, **more: Any) -> None:
        refuse_own_steps(type(self).__name__, self.person_classes.values())
        super().__init__(*world_and_plan, **more)

    def book(self, rows: Rows) -> None:
        """Enter people, made or changed by hand, in the books."""
        p = self.population
        self.accounts.census.admit(p["place"][rows], p["status"][rows])
        self.accounts.purse.endow(p["origin"][rows], p["wealth"][rows])
        self.accounts.purse.lend(p["origin"][rows], p["debt"][rows])

    def unbook(self, rows: Rows) -> None:
        """Strike people, taken out or about to be changed by hand, from the books."""
        p = self.population
        self.accounts.census.dismiss(p["place"][rows], p["status"][rows])
        self.accounts.purse.strike(p["origin"][rows], p["wealth"][rows], p["debt"][rows])


def plan_of(config: Mapping[str, Any]) -> Plan:
    """The plan that a config stands for.

    Raises
    ------
    UserError
        When a date, the scale or a parameter is not allowed.
    """
    try:
        start, end = (date.fromisoformat(str(config[key])) for key in ("start", "end"))
    except ValueError as error:
        raise UserError(f"start={config['start']} end={config['end']}: write dates as year-month-day.") from error
    if end < start:
        raise UserError(f"end={end} is before start={start}.")
    scale = float(config["scale"])
    if not 0 < scale <= 1:
        raise UserError(f"scale={scale} is not allowed: above 0 and at most 1.")
    return Plan(
        clock=Clock.reporting(start, end, int(config.get("spin_up_months", 0))),
        scale=scale,
        seed=int(config["seed"]),
        values=checked(config.get("params", {})),
        threads=int(config.get("threads") or os.cpu_count() or 1),
        check_days=int(config.get("check_days", 0)),
        trace=bool(config.get("trace", False)),
    )


def check_memory(people: int, scale: float, most_gb: float, places: int = 0) -> None:
    """Refuse a run that would take more memory than a run may.

    Parameters
    ----------
    people
        Of the world, at scale 1.
    scale
        Simulated people per real person.
    most_gb
        The config's `most_memory_gb`.
    places
        Of the world: the ways between all pairs of them are kept.

    Raises
    ------
    UserError
        The message names the memory, and the scale at which it would fit, or the places that are too many at any scale.
    """
    pairs = places**2 * BYTES_A_PAIR / 2**30
    if pairs > most_gb:
        raise UserError(
            f"The ways between {places:,} places take about {pairs:,.1f} GB; at most {most_gb:g} are taken. Use at most "
            f"{int((most_gb * 2**30 / BYTES_A_PAIR) ** 0.5):,} places; or raise the limit with most_memory_gb=N."
        )
    left = most_gb - pairs
    needed = people * scale * BYTES_A_PERSON / 2**30
    if needed > left:
        raise UserError(
            f"scale={scale:g} of {people:,} people takes about {needed + pairs:,.0f} GB; at most {most_gb:g} are taken. "
            f"Lower the scale: {scale * left / needed:.2g} fits; or raise the limit with most_memory_gb=N."
        )


def held_after(world: World, end: date) -> tuple[str, ...]:
    """What stands for the drivers of a run that ends after their last year; nothing where they reach its end."""
    last = world.last_year
    if end.year <= last:
        return ()
    return (
        f"the drivers of this world end with {last}: from {last + 1} to {end.year} each holds its value of {last}.",
    )


def anchored(world: World, config: Mapping[str, Any]) -> World:
    """A world with its anchor, where the config asks for it; what is assumed is said as a note.

    Raises
    ------
    UserError
        When the config asks for an anchor that the tables do not have.
    """
    if config["baseline"] == STRUCTURAL:
        return world
    found, said = anchor_of(tables_folder(config), world, config)
    for text in said:
        warnings.warn(text, AssumptionNote, stacklevel=3)
    return replace(world, anchor=found)


def build(config: Mapping[str, Any], added: Sequence[Policy] = (), anchor: Anchor | None = None) -> MixedMigration:
    """Build the model of a config, as `mixflow run` with the same keys does.

    Parameters
    ----------
    config
        Keys of a run. What is left out is the scenario's own: `{"scenario": "mediterranean"}` has its fitted parameters and
        its enacted policies. `mixflow.scenarios.config.completed` shows the whole config, `differences` what it changes.
    added
        Policies that lie in no file, on top of those of the config.
    anchor
        Constants and openness in place of those of the scenario's tables, whatever `baseline` says: a calibration tries them.

    Returns
    -------
    MixedMigration

    Raises
    ------
    UserError
        When the config or a table is wrong; the message names what is allowed.

    Warns
    -----
    UnmetWarning
        When nobody in the world can take the places of a channel, or of a policy.
    EffectWarning
        When a policy does nothing in the world, or its factor finds nothing to multiply.
    EffectNote
        How many places a factor adds.
    AssumptionNote
        What stands for countries that a table of the world has no row for.
    """
    config = completed(config)
    plan = plan_of(config)
    world = load_world(tables_folder(config), str(config["scenario"]))
    world = replace(world, anchor=anchor) if anchor is not None else anchored(world, config)
    check_memory(
        int(world.population.sum()), float(config["scale"]), float(config["most_memory_gb"]), len(world.place_names)
    )
    for said in (*world.assumed, *held_after(world, plan.clock.end)):
        warnings.warn(said, AssumptionNote, stacklevel=2)
    for said in of_tables(world.most_admissions(), world):
        warnings.warn(said, UnmetWarning, stacklevel=2)
    names, path = list(config["policies"]), config["policy_path"]
    if config["history"] and "history" not in names:
        names.append("history")
    if not names and not added:
        return assemble(world, plan)
    edges = RouteGraph.compile(graph(world)).edge_names
    settings = config["policy_settings"] or {}
    made = chosen(names, settings, path, world, edges, plan.clock, added, str(config["scenario"]))
    check_money(world, plan, made)
    model = assemble(world, plan, made)
    warn(effects_in(model.compiled_world, made, named(names, path, str(config["scenario"])), plan.clock))
    return model


def assemble(world: World, plan: Plan, adjust: Adjust | None = None) -> MixedMigration:
    """Build the model of a world that is at hand, with its smugglers, states and institutions."""
    model = MixedMigration(world, graph(world), plan, adjust)
    scarce = np.flatnonzero(model.compiled_world.scarce)
    smugglers = [Smuggler(model, int(edge)) for edge in scarce]
    states = [State(model, country) for country in range(len(world.countries))]
    model.smugglers = AgentSet(smugglers, random=model.random)
    model.institutions = AgentSet([Institution(model, agency) for agency in Agency], random=model.random)
    model.states = AgentSet(states, random=model.random)
    return model
