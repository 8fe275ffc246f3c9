"""How many people appear on each day: from totals, or from a share of those in zones where there are none."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def rises(total: Floats, days: int, ahead: bool) -> tuple[Ints, Ints]:
    """New people and falls of each day.

    Parameters
    ----------
    total
        By day, one day more than the case has.
    days
        Of the case.
    ahead
        Day t brings the change from t to t + 1, else the change from t - 1 to t, and day 0 brings none.
    """
    change = np.diff(total.astype(np.int64))
    daily = change[:days] if ahead else np.concatenate([[0], change])[:days]
    return np.maximum(daily, 0), np.maximum(-daily, 0)


def with_debt(new: Ints, fallen: Ints) -> Ints:
    """New people when a fall is carried until later rises have made up for it."""
    debt, found = 0, np.zeros_like(new)
    for day in range(len(new)):
        debt += int(fallen[day]) - int(new[day])
        if debt < 0:
            found[day], debt = -debt, 0
    return found
