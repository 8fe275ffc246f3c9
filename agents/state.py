"""A state: asylum office, opinion and restrictiveness, bargains over control. Origin, transit and destination are one agent."""

from typing import TYPE_CHECKING, Any

import mesa

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
        self.in_europe = bool(model.world.europe[country])

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
        """How far the state helps Europe to control its border, 0 to 1."""
        return float(self.model.state_policy.cooperation[self.country])

    @property
    def wait_months(self) -> float:
        """Months of work that wait: backlog over what the staff decides in a month; 0 where there is no office."""
        v = self.model.plan.values["asylum"]
        monthly = self.staff * v["caseworker_rate"] * v["working_days"] / 12.0
        return self.backlog / monthly if monthly > 0 else 0.0

    def govern(self) -> None:
        """Once a month: hire, house, listen to voters, tighten or open, bargain.

        Of others a state knows only what was published for the month before, so that the order of states does not matter.
        """
        self._hire()
        self._house()
        if self.in_europe:
            self._listen()
        else:
            self._bargain()
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
        others = float(news["restrictiveness"][self.model.world.europe].mean())
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

    def _spend(self) -> None:
        """What the month cost, EUR: housing applicants (in Europe), stopping, forced returns. Policies are booked apart."""
        v, news, c = self.model.plan.values["state"], self.model.published, self.country
        month = self.backlog * v["spend_asylum"] / 12.0 if self.in_europe else 0.0
        month += float(news["stopped"][c]) * v["spend_stop"] + float(news["forced_returns"][c]) * v["spend_return"]
        self.model.state_policy.spending[c] = month
