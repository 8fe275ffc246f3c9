"""How large a policy is in a world is said in absolute numbers before anything runs."""

from datetime import date

import numpy as np
import pytest
from policies_made import CLOCK, effect, in_tiny, made

from mixflow.experiments.cli.main import main
from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.sweep.worlds import sizes_of
from mixflow.scenarios.policy_size import country, sizes, spelt_out
from mixflow.sim.base.levers import LEVERS

TOY = ["scenario=toy", "start=2009-01-01", "end=2010-12-31"]


def test_places_are_counted_by_channel_country_and_nationality():
    (size,) = sizes_of(composed([*TOY, "policies=[more_labour_visas]"]))
    assert {(one.country, one.origin): one.after - one.before for one in size.places} == {
        ("ITA", "NGA"): 80.0, ("ITA", "ERI"): 20.0, ("DEU", "SYR"): 50.0, ("DEU", "NGA"): 40.0, ("GRC", "SYR"): 10.0,
    }  # fmt: skip
    assert "It adds 200 places a year for work that needs little training (200 to 400): Italy 100" in size.sentences[0]
    assert "EUR 20.1 mn a year in all. These costs are an input, not a result." in size.sentences[-1]


def test_the_size_is_that_of_the_dose_and_of_the_first_day_on_which_the_policy_is_whole():
    half = ["policies=[more_labour_visas]", "policies.more_labour_visas.dose=0.5"]
    (size,) = sizes_of(composed([*TOY, *half]))
    assert sum(one.after - one.before for one in size.places) == pytest.approx(100.0)
    assert size.day == "2009-06-29"  # it grows over 180 days


def test_a_policy_is_measured_beside_the_others_of_its_world(tmp_path):
    first = made(tmp_path, "first", effect("return_effort", "mul", 2.0))
    second = made(tmp_path, "second", effect("return_effort", "mul", 1.5))
    levers = {name: np.ones(1) for name in LEVERS} | {"return_effort": np.ones(4)}
    policies = in_tiny(first, second)
    (size,) = sizes(policies, ["second"], lambda _: levers, CLOCK, 1.0)
    assert "from 2 to 3, in" in size.sentences[0]


def test_a_policy_that_is_never_in_force_says_so(tmp_path):
    late = made(tmp_path, "late", effect("return_effort", "mul", 2.0), start=date(2030, 1, 1))
    (size,) = sizes(in_tiny(late), ["late"], lambda _: {}, CLOCK, 1.0)
    assert size.sentences == ("It is in force on no day of this run.",)


def test_few_simulated_people_are_a_warning():
    (size,) = sizes_of(composed([*TOY, "scale=0.05", "policies=[more_labour_visas]"]))
    assert "That is 10 simulated people a year: too few to see an effect" in size.sentences[0]


def test_show_says_the_size_in_the_world_and_names_countries(capsys):
    assert main(["show", "policy=more_labour_visas", "scenario=toy"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "It adds 200 places a year for work" in said
    assert "to multiply by 2 in Greece for Eritrea, Nigeria" in said


def test_codes_become_names():
    assert (country("SYR"), country("GMB"), country("QQQ")) == ("Syria", "the Gambia", "QQQ")
    assert spelt_out("EUR 5 in DEU, for NGA") == "EUR 5 in Germany, for Nigeria"
