"""Steps of the day that visit people: who leaves, who has something due, and who is paid."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ..accounts.tally import enter_leavers
from ..accounts.workers import SCANNED, SHARE
from ..base.decisions import TRAITS
from ..base.groups import EARNING_CODES, among
from ..people.population import Rows
from ..processes.leave.kernel import give_traits_all
from .environment import packed
from .visit import close_accounts, find_due, split, visit_moving, visit_settled

if TYPE_CHECKING:
    from .model import MigrationModel

EARNING = among(EARNING_CODES)


def leave(m: "MigrationModel", today: date) -> None:
    """Draw who begins to intend to leave today, and give them their traits."""
    rows = m.origin_population.draw_departures(m.population, m.day)
    if len(rows):
        traits, facts, people = m.environment.streams[TRAITS], packed(m.environment), m.population.people
        m.workers.each(
            lambda share: give_traits_all(rows[share], traits, facts, people), m.workers.shares(len(rows), SHARE)
        )
        enter_leavers(rows, people, m.accounts.census.table, m.accounts.purse.table)
    m.accounts.person_days += len(m.population)


def visit(m: "MigrationModel", today: date) -> None:
    """Visit everybody who has something due today."""
    wake, fours = m.population["wake"], m.population.fours
    due = m.workers.rows(m.population.size)

    def find(share: slice) -> tuple[Rows, Rows]:
        first, end = share.start, share.stop
        found = find_due(wake[share], fours[first // 4 : end // 4], first, m.day, due[share])
        return moving_and_living(m, due[first : first + found])

    found = m.workers.each(find, m.workers.shares(len(wake), SCANNED))
    moving, living = (np.concatenate(parts) for parts in zip(*found, strict=True))
    visit_rows(m, moving, living)


def visit_rows(m: "MigrationModel", moving: Rows, living: Rows) -> None:
    """Visit those on the way and those who live somewhere, by the kernels; keep who asks for a seat."""
    m.accounts.count_events(len(moving) + len(living))
    m.queues.ask(m.run_kernel(visit_moving, moving))
    m.run_kernel(visit_settled, living)


def moving_and_living(m: "MigrationModel", rows: Rows) -> tuple[Rows, Rows]:
    """Those of the rows who are on the way, and those who live somewhere."""
    moving, living = np.empty_like(rows), np.empty_like(rows)
    n, k = split(rows, m.population["status"], moving, living)
    return moving[:n], living[:k]


def pay(m: "MigrationModel", today: date) -> None:
    """Book what those hosted, displaced and resident earned and spent since their last account."""
    people = m.population
    m.run_kernel(close_accounts, np.flatnonzero(EARNING[people["status"]] & people["in_use"]))
