"""Months that are simulated before what is reported: they are in no table, and what they brought about stays."""

from datetime import date

import pandas as pd
import pytest
from tiny_world import digest, run, tiny_plan, tiny_world

from mixflow.experiments.runs.config import composed
from mixflow.scenarios.build import assemble, build
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import UserError

TOY = ["scenario=toy", "scale=0.2", "threads=1", "end=2009-12-31"]


def test_reports_begin_where_they_should_and_the_months_before_are_simulated():
    clock = Clock.reporting(date(2009, 1, 31), date(2009, 3, 5), 11)
    assert clock.start == date(2008, 2, 29)
    assert clock.date_of(clock.spin_up_months) == date(2009, 1, 31)
    assert clock.opens_month(clock.spin_up_months)
    assert clock.closes_month(clock.spin_up_months - 1)
    assert clock.date_of(clock.days - 1) == date(2009, 3, 5)


def test_no_run_in_is_a_clock_from_its_first_day():
    assert Clock.reporting(date(2009, 1, 1), date(2009, 1, 31), 0) == Clock(date(2009, 1, 1), date(2009, 1, 31))


def test_months_after_a_run_in_are_those_of_a_run_that_reports_all():
    longer = run(build(composed([*TOY, "start=2009-01-01", "trace=true"])))
    later = run(build(composed([*TOY, "start=2009-05-01", "spin_up_months=4", "trace=true"])))
    tables = ("flows", "stocks", "money", "market_book", "states_book", "institutions_book", "observed")
    for name in tables:
        whole, part = (getattr(model, name)() for model in (longer, later))
        when = "month" if name == "observed" else "date"
        whole = whole[pd.to_datetime(whole[when]) >= "2009-05-01"].reset_index(drop=True)
        pd.testing.assert_frame_equal(whole, part, check_categorical=False)
        assert len(part) or name == "institutions_book", name
    assert later.trace()["day"].min() >= 120 > longer.trace()["day"].min()


def test_people_are_on_their_way_when_the_report_begins():
    crossed = []
    for months in (0, 6):
        clock = Clock.reporting(date(2010, 1, 1), date(2010, 1, 31), months)
        flows = run(assemble(tiny_world(), tiny_plan(clock=clock))).flows()
        crossed.append(flows.loc[flows["event"] == "crossing", "count"].sum())
    assert crossed[1] > 1.2 * crossed[0] > 0


def test_people_and_money_are_conserved_in_and_after_a_run_in():
    clock = Clock.reporting(date(2010, 1, 1), date(2010, 6, 30), 3)
    plan = tiny_plan(clock=clock, check_days=1)
    model = run(assemble(tiny_world(), plan))  # raises where a day's count and the books differ
    assert model.day == clock.days
    assert digest(model) == digest(run(assemble(tiny_world(), plan)))


@pytest.mark.parametrize("months", ["-1", "1000", "some"])
def test_a_run_in_that_is_no_number_of_months_is_refused(months):
    with pytest.raises(UserError, match="spin_up_months"):
        composed(["scenario=toy", f"spin_up_months={months}"])
