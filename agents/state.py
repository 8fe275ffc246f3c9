"""A state: asylum office, opinion and restrictiveness, bargains over control. Origin, transit and destination are one agent."""

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from mixflow.sim.processes.states.accords import (
    Situation,
    effort_key,
    in_force,
    intended_effort,
    joins,
    member_key,
    rule_of_law,
    tone,
)

if TYPE_CHECKING:
    from mixflow.sim.engine.model import MigrationModel


class State(mesa.Agent):  # type: ignore[misc]
    """The state of one country of the map.

    Parameters
    ----------
    model
        The migration model.
    country
        Index of the country.
    """

    model: "MigrationModel"

    def __init__(self, model: Any, country: int) -> None:
        super().__init__(model)
        self.country = country
        world = model.world
        self.listens = bool(world.reacts_to_opinion[country])
        self.bargains = bool(world.bargains[country])
        self.has_asylum_system = bool(world.asylum_system[country])

    @property
    def iso3(self) -> str:
        """ISO 3166 code."""
        return self.model.world.countries[self.country]

    @property
    def backlog(self) -> float:
        """Real people who wait for a decision, as last counted."""
        return float(self.model.state_policy.backlog[self.country])

    @property
    def staff(self) -> float:
        """Caseworkers of the asylum office, as policies have it."""
        return float(self.model.levers["staff"][self.country])

    @property
    def opinion(self) -> float:
        """Hostility above its usual level."""
        return float(self.model.state_policy.opinion[self.country])

    @property
    def restrictiveness(self) -> float:
        """How much stricter than at first the state is, policies included."""
        own = float(self.model.state_policy.restrictiveness[self.country])
        return own + float(self.model.levers["restrictiveness"][self.country])

    @property
    def cooperation(self) -> float:
        """How far the state helps destinations to control their borders, 0 to 1."""
        return float(self.model.state_policy.cooperation[self.country])

    @property
    def wait_months(self) -> float:
        """Months of work that wait: backlog over what the staff decides in a month; 0 where there is no office."""
        v = self.model.plan.values["asylum"]
        monthly = self.staff * v["caseworker_rate"] * v["working_days"] / 12.0
        return self.backlog / monthly if monthly > 0 else 0.0

    def govern(self) -> None:
        """Once a month: hire, house, listen to voters, tighten or open, bargain, join accords and keep them.

        Of others a state knows only what was published for the month before, so that the order of states does not matter.
        """
        self._hire()
        self._house()
        if self.listens:
            self._listen()
        if self.bargains:
            self._bargain()
        self._agree()
        self._spend()

    def _hire(self) -> None:
        """Hire while too much work is waiting."""
        v = self.model.plan.values["asylum"]
        if self.wait_months > v["hire_months"]:
            self.model.state_policy.staff[self.country] *= 1.0 + v["staff_growth"]

    def _house(self) -> None:
        """Applicants are housed well as long as there is room, and the worse the more there are beyond it."""
        v = self.model.plan.values["state"]
        room = float(self.model.levers["reception"][self.country])
        full = min(1.0, room / self.backlog) if self.backlog > 0 else 1.0
        self.model.state_policy.welfare[self.country] = v["welfare"] * full

    def _listen(self) -> None:
        """Opinion answers those who pass through and those who stay in opposite ways; policy follows with a lag.

        Exposure is in people per thousand inhabitants: irregular arrivals of the month, and newly protected residents.
        """
        v, state_policy, news = self.model.plan.values["state"], self.model.state_policy, self.model.published
        c = self.country
        thousand = max(float(news["population"][c]), 1.0) / 1000.0
        passing = float(news["irregular_arrivals"][c]) / thousand
        staying = float(news["settled"][c]) / thousand
        state_policy.opinion[c] += (
            v["transit"] * passing - v["contact"] * staying - v["forget"] * state_policy.opinion[c]
        )
        others = self._heard()
        spread = float(self.model.levers["diffusion"])
        wanted = (1.0 - spread) * v["tighten"] * state_policy.opinion[c] + spread * others
        state_policy.restrictiveness[c] += (wanted - state_policy.restrictiveness[c]) / v["lag"]

    def _bargain(self) -> None:
        """A state on the way cooperates while what it is offered, and would lose, outweighs what it costs; and may break it.

        Hosting more people makes the threat to let them go worth more, so that cooperation becomes dearer. What it does not do of
        what it was asked counts as refusal, on which sanctions fall; where nothing is asked, nothing is refused.
        """
        v, levers, state_policy, c = (
            self.model.plan.values["state"],
            self.model.levers,
            self.model.state_policy,
            self.country,
        )
        offered = float(levers["aid_offer"][c]) + float(levers["visa_offer"][c]) * v["visa_value"] / 1e6
        offered += float(levers["threat"][c])
        if offered <= 0.0:
            state_policy.cooperation[c] = state_policy.refusal[c] = 0.0
            return
        hosting = float(self.model.published["hosted"][c]) * v["hosting_cost"] / 1e6
        price = v["domestic_cost"] + v["leverage"] * hosting
        accepts = offered >= price
        broken = self.model.chance("renege", c) < v["renege"] * (1.0 + hosting / max(offered, 1.0))
        state_policy.cooperation[c] = min(1.0, offered / price) if accepts and not broken else 0.0
        state_policy.refusal[c] = 1.0 - state_policy.cooperation[c]

    def _heard(self) -> float:
        """Restrictiveness of others as the state hears it: of members whom it meets, or where it meets none of all with voters."""
        news, c = self.model.published, self.country
        weight = self.model.plan.values["accord"]["weight_of_venue"]
        tones = []
        for accord in self.model.state_policy.standings.offered:
            members = news.get(member_key(accord.name))
            if accord.venue and members is not None and members[c]:
                tones.append(tone(news["restrictiveness"], members > 0, accord.venue, weight))
        return (
            float(np.mean(tones))
            if tones
            else float(news["restrictiveness"][self.model.world.reacts_to_opinion].mean())
        )

    def _agree(self) -> None:
        """Once a year join accords or leave them; each month set how far the norms of those joined are kept.

        Of the others it knows who was a member, and what they did, in the month before.
        """
        standings, c = self.model.state_policy.standings, self.country
        v = self.model.plan.values["accord"]
        for accord in standings.offered:
            if not accord.open_to[c]:
                continue
            name, others = accord.name, accord.open_to.copy()
            others[c] = False
            known = self.model.published.get(member_key(name), np.zeros(len(others)))
            member, effort = standings.member[name], standings.effort[name]
            if self.model.date.month == 1 or name in standings.new:
                share = float(known[others].mean()) if others.any() else 0.0
                disposition = self.model.disposition(f"accord {name}", c)
                member[c] = joins(
                    accord, c, self._situation(share), bool(member[c]), disposition, self.model.plan.values
                )
            intended = 0.0
            if member[c] and in_force(accord, known > 0):
                done = self.model.published.get(effort_key(name), np.zeros(len(others)))
                peers = others & (known > 0)
                mean = float(done[peers].mean()) if peers.any() else 0.0
                intended = intended_effort(
                    accord, c, self._situation(mean), float(standings.practice[name][c]), self.model.plan.values
                )
            effort[c] += (intended - effort[c]) / v["adapt_months"]
            standings.practice[name][c] += effort[c] / 12.0

    def _situation(self, peers: float) -> Situation:
        news, c = self.model.published, self.country
        thousand = max(float(news["population"][c]), 1.0) / 1000.0
        return Situation(
            opinion=self.opinion,
            restrictiveness=float(news["restrictiveness"][c]),
            burden=(12.0 * float(news["irregular_arrivals"][c]) + float(news["hosted"][c])) / thousand,
            rule_of_law=rule_of_law(float(self.model.environment.stability[c])),
            watched=float(self.model.levers["monitoring"]),
            peers=peers,
        )

    def _spend(self) -> None:
        """What the month cost, EUR: housing applicants in asylum states, stopping, forced returns, and payments for sharing.

        What a state receives from others counts against it. Policies are booked apart.
        """
        v, news, c = self.model.plan.values["state"], self.model.published, self.country
        month = self.backlog * v["spend_asylum"] / 12.0 if self.has_asylum_system else 0.0
        month += float(news["stopped"][c]) * v["spend_stop"] + float(news["forced_returns"][c]) * v["spend_return"]
        self.model.state_policy.spending[c] = month + float(self.model.levers["transfers"][c]) * 1e6 / 12.0
