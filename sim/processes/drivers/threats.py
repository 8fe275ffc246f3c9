"""What people flee from at home: conflict, which uproots places, and persecution, which finds single people. Input to step 7."""

from datetime import date

import numpy as np

from ...base.levers import Floats
from ...world.compiled_world import CompiledWorld


def conflict(s: CompiledWorld, when: date, population: Floats) -> Floats:
    """People uprooted by conflict, per head and year, shape (countries,): new displacement (IDMC), and those nobody counts."""
    return np.asarray(s.driver("conflict_displaced", when) / population * (1.0 + s.values["leave"]["abroad_ratio"]))


def persecution(s: CompiledWorld, when: date) -> Floats:
    """People persecuted, per head and year, shape (countries,): proxied by recognition squared times fragility."""
    recognition = s.of_year(s.world.recognition, when.year)
    return np.asarray(s.values["leave"]["persecution_rate"] * recognition**2 * s.driver("fragility", when) / 100.0)


def unsafe(s: CompiledWorld, when: date, population: Floats, eased: Floats) -> Floats:
    """How far the threat at home lies above what makes few people flee, log points, 0 or above, shape (countries,).

    Parameters
    ----------
    eased
        What policies leave of it, shape (countries,).
    """
    threat = (conflict(s, when, population) + persecution(s, when)) * eased
    return np.asarray(np.log1p(threat / s.values["choose"]["threat_threshold"]))


def conflict_share(s: CompiledWorld, when: date, population: Floats) -> Floats:
    """Of those who flee, the share whom conflict uproots, shape (countries,); 1 where nobody flees."""
    war, hunted = conflict(s, when, population), persecution(s, when)
    return np.asarray(np.where(war + hunted > 0.0, war / np.maximum(war + hunted, 1e-12), 1.0))
