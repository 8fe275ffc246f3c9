"""Places that nobody can take: a warning that names them, before anything is simulated; none for places that somebody may take."""

import warnings
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tiny_world import tiny_world

from mixflow.experiments.cli import main
from mixflow.experiments.config import composed
from mixflow.experiments.policy_overrides import available
from mixflow.policies.library import chosen
from mixflow.policies.unmet import of_tables
from mixflow.scenarios.build import build
from mixflow.scenarios.world import load_world
from mixflow.sim.clock import Clock
from mixflow.sim.errors import UnmetWarning

POLICY = """\
name: offered
title: Places offered
description: Places for somebody.
family: legal pathways
mechanisms: [M69]
source: 'assumption: made for a test'
as_of: 2015-12-31
risk: none
effects:
- lever: {lever}
  add: 100
  per: total
  where: {{country: [{country}]}}
  whom: {{nationality: [{nationality}]}}
  low: 1
  high: 1000
  unit: persons/yr
  source: 'assumption: made for a test'
cost:
  fixed: {{value: 1, unit: EUR mn/yr, low: 0, high: 2, source: 'assumption: made for a test'}}
  per_place: {{value: 1, unit: EUR, low: 0, high: 2, source: 'assumption: made for a test'}}
"""
DATES = (date(2009, 1, 1), date(2019, 12, 31))
TOY = ["scenario=toy", "end=2009-01-02", "scale=0.01"]


def offered(folder: Path, lever: str, nationality: str, country: str) -> list[str]:
    """A policy folder with one policy, as arguments of a run."""
    (folder / "offered.yaml").write_text(POLICY.format(lever=lever, nationality=nationality, country=country))
    return [*TOY, f"policy_path={folder}", "policies=[offered]"]


@pytest.mark.parametrize(
    ("lever", "nationality", "country", "said"),
    [
        ("study", "ITA", "DEU", "'study', as no people of ITA"),
        ("work", "SYR", "TUR", "'work', as regular places are asked for in Europe, and not in TUR"),
    ],
)
def test_a_policy_whose_places_nobody_can_take_is_named(tmp_path, lever, nationality, country, said):
    with pytest.warns(UnmetWarning, match=f"policy 'offered': nobody can take its places of channel {said}"):
        build(composed(offered(tmp_path, lever, nationality, country)))


def test_family_places_are_for_those_who_have_kin_there():
    nobody = {year: np.zeros_like(table) for year, table in tiny_world().diaspora.items()}
    places = {"family": tiny_world().admissions["family"]}
    (said,) = of_tables(places, tiny_world(diaspora=nobody))
    assert "'family', as nobody named has kin in DDD" in said
    assert of_tables(places, tiny_world()) == []


def test_a_channel_of_the_tables_that_is_for_nobody_is_named():
    world = tiny_world()
    only_from_europe = np.zeros((4, 4))
    only_from_europe[3, 2] = 10.0
    (said,) = of_tables({**world.admissions, "study": only_from_europe}, replace(world))
    assert said.startswith("admissions: nobody can take its places of channel 'study', as no people of DDD")


def test_places_that_somebody_may_take_bring_no_warning(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build(composed(offered(tmp_path, "study", "SYR", "DEU")))


@pytest.mark.parametrize("scenario", ["toy", "mediterranean"])
def test_nothing_that_comes_with_mixflow_is_for_nobody(scenario):
    from mixflow.scenarios.tables import tables_folder

    world = load_world(tables_folder({"scenario": scenario}), scenario)
    assert of_tables(world.admissions, world) == []
    if scenario == "mediterranean":
        for name in available(None):
            with warnings.catch_warnings():
                warnings.simplefilter("error", UnmetWarning)
                try:
                    chosen([name], {}, None, world, world.edge_names, Clock.reporting(*DATES, 0))
                except UnmetWarning as warning:
                    pytest.fail(str(warning))


def test_the_command_says_it_in_one_line_and_runs(tmp_path, capfd):
    arguments = offered(tmp_path, "study", "ITA", "DEU")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["run", *arguments, f"runs_dir={tmp_path}", "quiet=true", "figures=false", "threads=1"]) == 0
    said = capfd.readouterr().err
    assert said.count("mixflow: warning: policy 'offered': nobody can take its places of channel 'study'") == 1
    assert "Traceback" not in said
    assert ".py" not in said
