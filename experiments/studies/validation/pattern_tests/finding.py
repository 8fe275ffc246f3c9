"""One number that a pattern stands on: its band, what the model gives, its Monte-Carlo error, and the verdict."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PASS, FAIL, UNSURE = "pass", "fail", "cannot tell"

ENOUGH = 2.0
"""Monte-Carlo standard errors between an estimate and the edge of its band that make a verdict."""


@dataclass(frozen=True)
class PatternFinding:
    """A number of the model against a band.

    Parameters
    ----------
    pattern
        T1 to T14.
    number
        What is measured, in a few words.
    low, high
        The band in which the pattern holds; infinite where it has one side.
    values
        What each pair of runs gave; NaN where it could not be measured.
    source
        Where the band comes from.
    note
        What a reader must know.
    """

    pattern: str
    number: str
    low: float
    high: float
    values: tuple[float, ...]
    source: str = ""
    note: str = ""

    @property
    def estimate(self) -> float:
        """Mean over pairs."""
        known = self._known
        return float(known.mean()) if len(known) else float("nan")

    @property
    def error(self) -> float:
        """Monte-Carlo standard error of the mean: spread over seeds and members together."""
        known = self._known
        return float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else float("nan")

    @property
    def _known(self) -> Floats:
        values = np.array(self.values, float)
        return np.asarray(values[np.isfinite(values)])

    @property
    def verdict(self) -> str:
        """Pass or fail where the estimate lies two standard errors within or outside of the band; else cannot tell."""
        value, error = self.estimate, self.error
        if not np.isfinite(value) or not np.isfinite(error):
            return UNSURE
        low, high = value - ENOUGH * error, value + ENOUGH * error
        if low >= self.low and high <= self.high:
            return PASS
        return FAIL if high < self.low or low > self.high else UNSURE


def verdict_of(findings: list[PatternFinding]) -> str:
    """Of a pattern: fails where any of its numbers fails, passes where all pass."""
    verdicts = {finding.verdict for finding in findings}
    if FAIL in verdicts:
        return FAIL
    return PASS if verdicts == {PASS} else UNSURE
