"""What is known of how return goes: only what somebody pays to evaluate. It belongs to observation and changes nothing.

Funders of returns do not pay for evaluation, so that funds which donors tie to control buy none.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EVALUATED_ANYHOW = 0.02
"""Share of returns whose outcome is looked into without any monitoring. Assumption: a few studies, a small share of all."""

CONFIDENCE = 1.96
"""Half-width of a 95 per cent interval in standard errors."""


def evaluated_share(monitoring: Floats | float, tied: Floats | float) -> Floats:
    """Share of returns whose outcome is looked into, between 0 and 1.

    Parameters
    ----------
    monitoring
        How far standards and rights are monitored, 0 to 1.
    tied
        Share of the funds of who assists returns that donors tie to control and returns, 0 to 1.
    """
    paid = np.asarray(monitoring, np.float64) * (1.0 - np.asarray(tied, np.float64))
    return np.asarray(EVALUATED_ANYHOW + (1.0 - EVALUATED_ANYHOW) * np.clip(paid, 0.0, 1.0))


def half_width(share: Floats | float, evaluated: Floats | float) -> Floats:
    """Half-width of the interval in which the share of those reintegrated lies, given how many were looked into.

    Wilson's interval, which is bounded by one half and defined for nobody.

    Parameters
    ----------
    share
        Observed share, 0 to 1.
    evaluated
        People looked into, 0 or more.
    """
    p, n, z2 = np.asarray(share, np.float64), np.asarray(evaluated, np.float64), CONFIDENCE**2
    return np.asarray(CONFIDENCE * np.sqrt(p * (1.0 - p) * n + z2 / 4.0) / (n + z2))
