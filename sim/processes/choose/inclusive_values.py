"""What alternatives are worth to many people alike this month: tables of step 8, from pulls, reach, fares and fears."""

from typing import Any

import numpy as np

from ...base.levers import Floats
from ...world.compiled_world import CompiledWorld
from . import destination_attractiveness
from .inclusive_values_kernel import fare_disutilities, inclusive_values_regular, logs, utilities_of_elsewhere


def of_irregular(s: CompiledWorld, pull: Floats, reach: Floats, fare: Floats) -> tuple[Floats, Floats]:
    """Inclusive value of countries reached without a visa, log points, and the mean fare to them, by nationality and place.

    Parameters
    ----------
    pull, reach
        Weights of countries, as the `Environment` of kernels says.
    fare
        EUR to each country, shape (countries, places).
    """
    total = destination_attractiveness.inclusive(pull, reach)
    values = _logs(total, s.numbers.choose_lambda_destination)
    if s.world.anchor is not None:
        values += s.world.anchor.origin[:, None, None]
    return values, destination_attractiveness.mean_over_countries(pull, reach, total, fare)


def of_region(s: CompiledWorld, pull: Floats, reach: Floats) -> Floats:
    """Inclusive value of host countries, log points, shape (countries, profiles, places)."""
    return _logs(destination_attractiveness.inclusive(pull, reach), s.numbers.choose_lambda_destination)


def of_modes(
    s: CompiledWorld, choices: dict[str, Any], there: tuple[Floats, Floats, Floats], here: tuple[Floats, Floats, Floats]
) -> dict[str, Floats]:
    """The utility of elsewhere, the inclusive value of regular places, fares as disutility, and anticipation: see `Environment`.

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
    (fare, anticipation_factor, log_price_misperception), (population, reference_wage, local_earnings), numbers = (
        there,
        here,
        s.numbers,
    )
    cost, reference = numbers.choose_beta_cost, numbers.choose_reference_income
    elsewhere = np.empty(len(reference_wage))
    pull, price = destination_attractiveness.elsewhere(s, population), numbers.choose_elsewhere_price
    utilities_of_elsewhere(pull, reference_wage, numbers.choose_asc_elsewhere, price, cost, reference, elsewhere)
    fare_disutility = s.argument_cache(
        "fare_disutility", _fare_disutilities, s, fare, log_price_misperception, local_earnings
    )
    regular = np.empty((len(reference_wage), *choices["open_to"].shape[1:], 2, 2))
    inclusive_values_regular(choices["all_regular"], choices["open_to"], numbers.choose_lambda_destination, regular)
    return {
        "utility_of_elsewhere": elsewhere,
        "inclusive_value_regular": regular,
        "fare_disutility": fare_disutility,
        "log_anticipation": _logs(anticipation_factor, 1.0),
    }


def _fare_disutilities(
    s: CompiledWorld, fare: Floats, log_price_misperception: Floats, local_earnings: Floats
) -> Floats:
    table = np.zeros((*log_price_misperception.shape, fare.shape[1]))
    fare_disutilities(
        s.origins,
        fare,
        log_price_misperception,
        local_earnings,
        s.numbers.choose_beta_cost,
        s.numbers.choose_reference_income,
        table,
    )
    return table


def _logs(values: Floats, scale: float) -> Floats:
    table = np.empty(values.shape)
    logs(values.reshape(-1), scale, table.reshape(-1))
    return table
