"""What the engine asks of a world's tables: arrays in index order. `mixflow.scenarios.world` reads them from files."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from .anchor import Anchor

Floats = npt.NDArray[np.float64]


class WorldTables(Protocol):
    """Arrays of one world; shapes are in brackets, years count from `first_year`, units as in the tables' README."""

    @property
    def countries(self) -> tuple[str, ...]: ...
    @property
    def place_names(self) -> tuple[str, ...]: ...
    @property
    def place_country(self) -> npt.NDArray[np.int16]: ...  # [places]
    @property
    def place_kind(self) -> npt.NDArray[np.uint8]: ...  # [places]
    @property
    def population(self) -> npt.NDArray[np.int64]: ...  # [places]
    @property
    def edge_names(self) -> tuple[str, ...]: ...
    @property
    def edge_mode(self) -> npt.NDArray[np.uint8]: ...  # [edges]
    @property
    def edge_access(self) -> npt.NDArray[np.uint8]: ...  # [edges]
    @property
    def edge_corridor(self) -> npt.NDArray[np.uint8]: ...  # [edges]
    @property
    def distance_km(self) -> Floats: ...  # [edges]
    @property
    def price(self) -> Floats: ...  # [edges]
    @property
    def death(self) -> Floats: ...  # [edges]
    @property
    def interception(self) -> Floats: ...  # [edges]
    @property
    def smuggling_capacity(self) -> Floats: ...  # [edges]
    @property
    def first_year(self) -> int: ...
    @property
    def drivers(self) -> dict[str, Floats]: ...  # name -> [countries, years]
    @property
    def recognition(self) -> Floats: ...  # [countries, years]
    @property
    def recognition_shift(self) -> Floats: ...  # [countries, years], log odds
    @property
    def convention(self) -> Floats: ...  # [countries, years]
    @property
    def return_rate(self) -> Floats: ...  # [countries, years]
    @property
    def diaspora(self) -> dict[int, Floats]: ...  # year -> [countries, countries]
    @property
    def diaspora_elsewhere(self) -> dict[int, Floats]: ...  # year -> [countries]
    @property
    def hosted(
        self,
    ) -> dict[int, list[tuple[int, int, str, float]]]: ...  # year end -> origin, country, status, persons
    @property
    def urban(self) -> dict[int, Floats]: ...  # year -> [countries], share of people in towns, NaN where unknown
    @property
    def admissions(self) -> dict[str, Floats]: ...  # of the first year: a channel -> [countries, countries]
    @property
    def admissions_later(self) -> dict[int, dict[str, Floats]]: ...  # the year it begins -> a channel -> the same
    @property
    def free_movement(self) -> npt.NDArray[np.bool_]: ...  # [countries, countries]
    @property
    def remittance_cost(self) -> Floats: ...  # [countries, countries], share
    @property
    def staff(self) -> Floats: ...  # [countries]
    @property
    def season(self) -> Floats: ...  # [routes, 12]
    @property
    def origins(self) -> npt.NDArray[np.bool_]: ...  # [countries]
    @property
    def corridors(self) -> tuple[str, ...]: ...  # names by code; the first is empty: no named corridor
    @property
    def corridor_mode(
        self,
    ) -> npt.NDArray[np.uint8]: ...  # [corridors], the mode whose danger has a season; NO_MODE for none
    @property
    def destination(self) -> npt.NDArray[np.bool_]: ...  # [countries], journeys without a visa end there
    @property
    def asylum_system(self) -> npt.NDArray[np.bool_]: ...  # [countries], claims are made and decided there
    @property
    def regular_channels(self) -> npt.NDArray[np.bool_]: ...  # [countries], regular places are given there
    @property
    def hosts(self) -> npt.NDArray[np.bool_]: ...  # [countries], people are hosted there, in camps or among hosts
    @property
    def reacts_to_opinion(self) -> npt.NDArray[np.bool_]: ...  # [countries], policy follows opinion on arrivals
    @property
    def bargains(self) -> npt.NDArray[np.bool_]: ...  # [countries], the state may be paid or threatened to stop people
    @property
    def anchor(self) -> Anchor | None: ...  # constants and openness from the record; None for the structure alone
