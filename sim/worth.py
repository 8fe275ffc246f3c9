"""What alternatives are worth to many people alike this month: tables of step 8, from pulls, reach, fares and fears."""

from typing import Any

import numpy as np

from . import pulls
from .kernels.worth import burdens, logs, worths_elsewhere, worths_regular
from .levers import Floats
from .surroundings import Surroundings


def of_countries(s: Surroundings, weights: Floats) -> Floats:
    """Inclusive value of the countries of a nest, log points, from sums of their weights (`pulls.inclusive`), of the same shape."""
    return _logs(weights, s.numbers.choose_scale_nest)


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
    elsewhere, burden = np.empty(len(means)), np.zeros((*quote.shape, fare.shape[1]))
    pull, price = pulls.elsewhere(s, population), numbers.choose_elsewhere_price
    worths_elsewhere(pull, means, numbers.choose_elsewhere, price, cost, reference, elsewhere)
    burdens(s.origins, fare, quote, footing, cost, reference, burden)
    regular = np.empty((len(means), *choices["open_to"].shape[1:], 2, 2))
    worths_regular(choices["all_regular"], choices["open_to"], numbers.choose_scale_nest, regular)
    return {"worth_elsewhere": elsewhere, "worth_regular": regular, "burden": burden, "hurry": _logs(rush, 1.0)}


def _logs(values: Floats, scale: float) -> Floats:
    table = np.empty(values.shape)
    logs(values.reshape(-1), scale, table.reshape(-1))
    return table
