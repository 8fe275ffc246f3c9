"""What moving costs people, and what they send home."""

import numpy as np

from .registry import Ratio, Series, indicator
from .tables import Tables

GROUP = "Money of people"


@indicator(
    "Debt", "EUR", "stock", "less", GROUP,
    "Debts that people on the move or abroad have taken up since the start of the run and neither repaid nor shed. "
    "Mean over months.",
)  # fmt: skip
def debt(tables: Tables) -> Series:
    return np.cumsum(tables.paid("credit") - tables.paid("repayment") - tables.paid("written_off"))


@indicator("Borrowed", "EUR", "flow", "less", GROUP, "New credit for journeys, fees and living.")
def borrowed(tables: Tables) -> Series:
    return tables.paid("credit")


@indicator("Paid to smugglers", "EUR", "flow", "less", GROUP, "Payments to smugglers for seats and passages.")
def smugglers(tables: Tables) -> Series:
    return tables.paid("smugglers")


@indicator(
    "Recruitment fees", "EUR", "flow", "less", GROUP, "Payments to recruiters by workers with a permit for a destination."
)  # fmt: skip
def recruitment_fees(tables: Tables) -> Series:
    return tables.paid("recruiters")


@indicator("Remittances", "EUR", "flow", "more", GROUP, "Money received by households at home.")
def remittances(tables: Tables) -> Series:
    return tables.paid("households")


@indicator(
    "Cost of remittances", "share", "flow", "less", GROUP,
    "What operators take of the money sent. The world's goal is under 3 per cent by 2030 (Sustainable Development Goal 10.c).",
)  # fmt: skip
def remittance_cost(tables: Tables) -> Series:
    cost = tables.paid("operators")
    return Ratio(cost, cost + tables.paid("households"))
