"""What an evaluation of returns would report, drawn as tests need it: the model itself draws none."""

import numpy as np

from mixflow.sim.accounts.evaluate import half_width


def survey(found: int, of: int, share: float, draws: np.random.Generator) -> tuple[float, float]:
    """What an evaluation reports: the share reintegrated among those it looked into, and the half-width of its interval.

    Parameters
    ----------
    found, of
        People with a footing, and all whose return was settled.
    share
        Share of them looked into.
    draws
        Who is looked into. A generator of the caller's own: no draw of the model is touched.

    Raises
    ------
    ValueError
        When more found a footing than came back.
    """
    if not 0 <= found <= of:
        raise ValueError(f"{found} of {of} cannot have found a footing")
    looked = int(draws.binomial(of, share))
    good = int(draws.hypergeometric(found, of - found, looked)) if looked else 0
    observed = good / looked if looked else float("nan")
    return observed, float(half_width(0.5 if not looked else observed, looked))
