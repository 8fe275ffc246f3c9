"""What aid is for: livelihoods at home, or the control of movement; and how many lose a livelihood."""

from .registry import Floats, Ratio, Series, indicator
from .tables import MissingError, Tables

GROUP = "Aid"


def _given(tables: Tables, quantity: str) -> Floats:
    """EUR a month, from what stands in the table as EUR mn a year."""
    frame = tables.frame("states", "quantity", "value")
    if quantity not in set(frame["quantity"]):
        raise MissingError(quantity)
    return tables.sums("states", "value", quantity=quantity) * 1e6 / 12.0


@indicator(
    "Aid to livelihoods", "EUR", "flow", "more", GROUP,
    "What policies give to livelihoods in countries of origin.",
)  # fmt: skip
def aid_to_livelihoods(tables: Tables) -> Series:
    return _given(tables, "livelihood_aid")


@indicator(
    "Livelihoods lost", "persons", "flow", "less", GROUP,
    "People who have lost a livelihood and think of leaving home for it: those in need of survival who set out, are displaced, or "
    "give up. What aid to livelihoods is meant to lessen, and what trade that takes livelihoods away raises.",
)  # fmt: skip
def livelihoods_lost(tables: Tables) -> Series:
    return tables.flow(event=("departure", "displacement", "giving_up"), need="survival")


@indicator(
    "Aid for control", "EUR", "flow", "neither", GROUP,
    "What policies pay states for their cooperation on control: what is offered, to those that cooperate, as far as they do.",
)  # fmt: skip
def aid_for_control(tables: Tables) -> Series:
    return _given(tables, "aid_paid")


@indicator(
    "Share of aid for control", "share", "flow", "neither", GROUP,
    "Aid for control over aid for control and aid to livelihoods; no number where there is neither.",
)  # fmt: skip
def control_share_of_aid(tables: Tables) -> Series:
    control, livelihoods = _given(tables, "aid_paid"), _given(tables, "livelihood_aid")
    return Ratio(control, control + livelihoods)
