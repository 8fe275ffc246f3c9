"""What alternatives are worth to many people alike this month: tables of step 8, from pulls, reach, fares and fears."""

from typing import Any

import numpy as np

from . import pulls
from .kernels.worth import burdens, logs, worths_elsewhere, worths_regular
from .levers import Floats
from .surroundings import Surroundings


def of_far(s: Surroundings, pull: Floats, reach: Floats, fare: Floats) -> tuple[Floats, Floats]:
    """Inclusive value of countries reached without a visa, log points, and the mean fare to them, by nationality and place.

    Parameters
    ----------
    pull, reach
        Weights of countries, as the `Environment` of kernels says.
    fare
        EUR to each country, shape (countries, places).
    """
    total = pulls.inclusive(pull, reach)
    return _logs(total, s.numbers.choose_scale_nest), pulls.mean_over_countries(pull, reach, total, fare)


def of_near(s: Surroundings, pull: Floats, reach: Floats) -> Floats:
    """Inclusive value of host countries, log points, shape (countries, profiles, places)."""
    return _logs(pulls.inclusive(pull, reach), s.numbers.choose_scale_nest)


def of_ways(
    s: Surroundings, choices: dict[str, Any], there: tuple[Floats, Floats, Floats], here: tuple[Floats, Floats, Floats]
) -> dict[str, Floats]:
    """The tables `worth_elsewhere`, `worth_regular`, `burden` and `hurry`, as the `Environment` of kernels says.

    Parameters
    ----------
    choices
        Weights of regular places, `all_regular`, and who may apply, `open_to`.
    there
        Fares, shape (countries, places), and rush, shape (places,); believed over true prices, log points, shape
        (audiences, countries).
    here
        Population, and wages that savings are measured in, EUR a year, shape (countries,); what people earn at each place, EUR a
        year, shape (countries, places).
    """
    (fare, rush, quote), (population, means, footing), numbers = there, here, s.numbers
    cost, reference = numbers.choose_cost, numbers.choose_reference_income
    elsewhere = np.empty(len(means))
    pull, price = pulls.elsewhere(s, population), numbers.choose_elsewhere_price
    worths_elsewhere(pull, means, numbers.choose_elsewhere, price, cost, reference, elsewhere)
    burden = s.recall("burden", _burdens, s, fare, quote, footing)
    regular = np.empty((len(means), *choices["open_to"].shape[1:], 2, 2))
    worths_regular(choices["all_regular"], choices["open_to"], numbers.choose_scale_nest, regular)
    return {"worth_elsewhere": elsewhere, "worth_regular": regular, "burden": burden, "hurry": _logs(rush, 1.0)}


def _burdens(s: Surroundings, fare: Floats, quote: Floats, footing: Floats) -> Floats:
    table = np.zeros((*quote.shape, fare.shape[1]))
    burdens(s.origins, fare, quote, footing, s.numbers.choose_cost, s.numbers.choose_reference_income, table)
    return table


def _logs(values: Floats, scale: float) -> Floats:
    table = np.empty(values.shape)
    logs(values.reshape(-1), scale, table.reshape(-1))
    return table
