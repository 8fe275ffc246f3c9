"""Whether the money of a run fits into the numbers that hold it, estimated before the first day."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import LEVERS
from mixflow.sim.base.limits import WALLET_EUR
from mixflow.sim.engine.plan import Plan

from .world import World

if TYPE_CHECKING:
    from mixflow.policies.policy_set import PolicySet
    from mixflow.policies.terms import Term

Floats = npt.NDArray[np.float64]

SKILLS = 2
"""The highest level of schooling, which raises pay."""

MONTHS = 24
"""Months of wages that recruiting costs at most: the bound of the lever `recruitment_fee`."""


def check_money(world: World, plan: Plan, made: "PolicySet") -> None:
    """Refuse policies under which one person could come to hold or owe more EUR than 32 bits can count.

    The estimate is the largest there can be: somebody earns the highest wages of the world, with all factors of policies on them,
    from the first day to the last, spends nothing, and borrows all that there is to borrow. Without policies all fits, as tables
    and parameters have limits: see `EUR_A_YEAR`.

    Raises
    ------
    UserError
        The message names the amount, the country, the policies and what they multiply.
    """
    wages = world.drivers["wages"].max(axis=1)
    paid = wages * _raised(np.ones(len(wages)), "wages", made)
    support = _raised(np.full(len(wages), plan.values["agency"]["support"]), "return_support", made)
    years, country, savings = plan.clock.days / 365.25, int(paid.argmax()), plan.values["traits"]["wealth_most"]
    amount = (
        savings + float(paid[country]) * (years * _share(plan) + _credit(plan)) + 12.0 * years * float(support.max())
    )
    if amount > WALLET_EUR:
        names = sorted({repr(made.policies[term.policy].name) for term in _terms("wages", made)})
        raise UserError(
            f"the lever wages of {'policy' if len(names) == 1 else 'policies'} {', '.join(names)} raises wages in "
            f"{world.countries[country]} from {wages[country]:,.0f} to {paid[country]:,.0f} EUR a year. One person could hold "
            f"{amount:,.0f} EUR after {years:.0f} years; money is counted in 32 bits, up to {WALLET_EUR:,} EUR. Lower the effect."
        )


def _share(plan: Plan) -> float:
    """Earnings or support at most, as a share of mean wages."""
    live, traits = plan.values["live"], plan.values["traits"]
    formal = live["formal_pay"] * (1.0 + live["skill_pay"] * SKILLS)
    return max(1.0, formal, live["informal_pay"], live["needs"]) + traits["saving_share"]


def _credit(plan: Plan) -> float:
    """What can be borrowed at most, in years of wages; the price of a place can be owed on top."""
    traits = plan.values["traits"]
    return traits["credit_years"] + traits["kin_credit"] + MONTHS / 12.0


def _raised(values: Floats, lever: str, made: "PolicySet") -> Floats:
    """The highest that policies can make of a lever, all of them in force at once at their full dose."""
    found = values.copy()
    for term in _terms(lever, made):  # SET comes first, then MUL, then ADD
        cells = term.cells
        if term.do == "SET":
            found[cells] = np.maximum(found[cells], term.value)
        elif term.do == "MUL":
            found[cells] *= max(term.value, 1.0)
        else:
            found[cells] += max(term.value, 0.0)
    return np.asarray(np.minimum(found, LEVERS[lever].high))


def _terms(lever: str, made: "PolicySet") -> "list[Term]":
    return [term for term in made.terms if term.lever == lever]
