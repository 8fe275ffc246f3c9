"""What would be known of the outcomes of return, given who pays for evaluation: the observation model's part for indicators."""

import numpy as np

from mixflow.sim.accounts.evaluate import evaluated_share, half_width

from .registry import Floats, Ratio, Series, indicator
from .tables import MissingError, Tables

GROUP = "What is known"


def looked_into(tables: Tables) -> tuple[Floats, Floats]:
    """Settled returns that are evaluated, and all settled returns, by month.

    Raises
    ------
    MissingError
        When the run did not write down what is monitored and what funds are tied.
    """
    frame = tables.frame("institutions", "agency", "quantity", "value")
    if "monitoring" not in set(frame["quantity"]):
        raise MissingError("monitoring")
    monitoring = tables.sums("institutions", "value", agency="ILO", quantity="monitoring")
    tied = tables.sums("institutions", "value", agency="IOM", quantity="tied")
    settled = tables.flow(event=("reintegration", "leaving_again"))
    return settled * evaluated_share(monitoring, tied), settled


@indicator(
    "Returns evaluated", "share", "flow", "more", GROUP,
    "Of returns whose outcome came about, the share that somebody looked into: a small part anyhow, more where standards are "
    "monitored, and none of what donors tie to control. An assumption, not a measurement.",
)  # fmt: skip
def returns_evaluated(tables: Tables) -> Series:
    return Ratio(*looked_into(tables))


@indicator(
    "Uncertainty of reintegration", "share", "stock", "less", GROUP,
    "Half-width of the 95 per cent interval in which an evaluation would put the share of returned people who found a footing, "
    "with all outcomes so far. One half: nothing is known.",
)  # fmt: skip
def reintegration_uncertainty(tables: Tables) -> Series:
    evaluated, settled = (np.cumsum(values) for values in looked_into(tables))
    good = np.cumsum(tables.flow(event="reintegration"))
    share = np.where(settled > 0, good / np.maximum(settled, 1e-9), 0.5)
    return half_width(share, evaluated * tables.scale)
