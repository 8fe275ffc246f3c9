"""What a policy does not do in a world is said before anything is simulated, by name; nothing is said of what has its effect."""

import shutil
import warnings
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from policies_made import effect, written
from tiny_world import tiny_world

from mixflow.experiments.cli.main import main
from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.policy_overrides import available
from mixflow.experiments.runs.sweep.worlds import remarks_of
from mixflow.experiments.views.dashboard.checks import looked_at
from mixflow.policies.effect_checks import of_tables
from mixflow.policies.library import chosen
from mixflow.scenarios.build import build
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_world
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import EffectNote, UnmetWarning, UserError

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
        ("work", "SYR", "TUR", "'work', as regular places are given by admitting states, and not in TUR"),
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
    world = load_world(tables_folder({"scenario": scenario}), scenario)
    assert of_tables(world.admissions, world) == []
    if scenario == "mediterranean":
        for name in available(None):
            made = chosen([name], {}, None, world, world.edge_names, Clock.reporting(*DATES, 0))
            assert made.unmet == [], name


def test_the_command_says_it_in_one_line_and_runs(tmp_path, capfd):
    arguments = offered(tmp_path, "study", "ITA", "DEU")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["run", *arguments, f"runs_dir={tmp_path}", "quiet=true", "figures=false", "threads=1"]) == 0
    said = capfd.readouterr().err
    assert said.count("mixflow: warning: policy 'offered': nobody can take its places of channel 'study'") == 1
    assert "Traceback" not in said
    assert ".py" not in said


EUROPE, OUTSIDE = {"country": ["destinations"]}, {"nationality": ["elsewhere"]}
WHOM = {"where": EUROPE, "whom": OUTSIDE}
HALF = "Elsewhere, times 2 adds 200 places of 'work' a year to 200."


def said_of(folder: Path, effects: list[dict[str, object]], *lines: str, **more: object) -> list[str]:
    """What is said of a policy of these effects in the toy world."""
    written(folder, "mine", effects, **more)
    config = composed(["scenario=toy", f"policy_path={folder}", "policies=[mine]", *lines])
    return [remark.text.removeprefix("policy 'mine'").removeprefix(":").strip() for remark in remarks_of(config)]


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        ([effect("work", "mul", 2.0, **WHOM)], ["no places of 'work' to multiply by 2 in GRC for ERI, NGA", HALF]),
        ([effect("study", "mul", 2.0, **WHOM)], ["in DEU, GRC, ITA for ERI, NGA, SYR: use add."]),
        (
            [effect("work", "mul", 0.5, **WHOM)],
            ["in ITA for SYR. Elsewhere, times 0.5 takes 100 places of 'work' a year of 200."],
        ),
        (
            [effect("work", "mul", 2.0, where={"country": ["DEU"]}, whom={"nationality": ["NGA"]})],
            ["times 2 adds 40 places"],
        ),
        ([effect("work", "mul", 1.0, **WHOM)], ["work times 1 stays as it is"]),
        (
            [effect("staff", "mul", 2.0, where={"country": ["DEU", "TUR"]})],
            ["staff is 0, with nothing to multiply by 2 in TUR"],
        ),
        (
            [effect("rescue", "mul", 2.0, where={"from_country": ["LBY"], "mode": ["sea"]})],
            ["rescue is 0", "on Tripoli>Lampedusa:sea"],
        ),
        ([effect("staff", "set", 3.0, where={"country": ["DEU"]})], ["staff is already at 3 everywhere"]),
        ([effect("visa_required", "add", 1.0)], ["visa_required is already at 1 everywhere"]),
        ([effect("staff", "add", 3.0, where={"country": ["DEU", "FRA", "AUT"]})], ["AUT, FRA are not in this world"]),
        ([effect("livelihood_aid", "add", 3.0, whom={"nationality": ["DEU"]})], ["no people of DEU are in this world"]),
        ([effect("information", "add", 0.1)], ["information does nothing while params.switch.information is 0"]),
        ([effect("rescue", "add", 0.1, where={"mode": ["road"]})], ["this world does not use rescue"]),
        (
            [effect("capacity_factor", "mul", 3.0, where={"edge": ["Lagos>Kano:road"]})],
            ["does not use capacity_factor", "Lagos>Kano:road"],
        ),
        ([effect("consulates", "add", 9.0, where={"country": ["TUR"]})], ["does not use consulates", "in TUR"]),
        ([effect("relocation", "add", 9.0, **WHOM)], ["change relocation_from too"]),
        (
            [effect("work", "mul", 2.0, where={"country": ["TUR"]})],
            ["nobody can take its places of channel 'work'", "not in TUR."],
        ),
        ([effect("work", "mul", 2.0, whom={"nationality": ["ITA"]})], ["as no people of ITA are in this world."]),
    ],
)
def test_what_an_effect_does_not_do_is_named(tmp_path, effects, said):
    (text,) = said_of(tmp_path, effects)
    assert all(part in text for part in said), text


@pytest.mark.parametrize(
    "effects",
    [
        [effect("work", "add", 2.0, **WHOM)],
        [effect("staff", "mul", 2.0, where={"country": ["DEU"]})],
        [effect("rescue", "add", 0.1, where={"mode": ["sea"]})],
        [effect("capacity_factor", "mul", 0.1, where={"edge": ["Lagos>Kano:road"]})],  # it closes the edge
        [effect("capacity_factor", "mul", 2.0, where={"from_country": ["LBY"]})],
        [effect("interception", "mul", 0.5)],  # somewhere there is some
        [effect("recognition", "mul", 1.5)],
        [effect("relocation", "add", 9.0, **WHOM), effect("relocation_from", "set", 1.0, where={"country": ["GRC"]})],
        [effect("information", "add", 0.1)],
    ],
)
def test_what_has_an_effect_brings_no_word(tmp_path, effects):
    assert said_of(tmp_path, effects, "params.switch.information=1") == []


def test_a_factor_on_places_that_another_policy_sets_is_no_factor_on_nothing(tmp_path):
    written(tmp_path, "first", [effect("study", "set", 10.0, **WHOM)])
    written(tmp_path, "second", [effect("study", "mul", 2.0, **WHOM)])
    config = composed(["scenario=toy", f"policy_path={tmp_path}", "policies=[first,second]"])
    assert [remark.kind for remark in remarks_of(config)] == [EffectNote]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("policies.mine.dose=0", "has a dose of 0 and does nothing."),
        ("policies.mine.start=2011-03-01", "is announced and never in force in this run, 2009-01-01 to 2010-12-31"),
    ],
)
def test_a_policy_that_is_never_in_force_is_named(tmp_path, line, said):
    policy = [
        effect("interception", "set", 0.9, where={"corridor": ["eastern_mediterranean"]})
    ]  # it closes, and so it can be announced
    (text,) = said_of(tmp_path, policy, line, start=date(2010, 6, 1), announced=date(2010, 1, 1))
    assert text.startswith(said)


def test_many_countries_make_one_line_of_few_words():
    remarks = remarks_of(composed(["policies=[more_labour_visas]"]))
    (text,) = [remark.text for remark in remarks]  # and none of what was enacted
    assert "in EST for AFG, ALB, BFA, BGD, CIV, CMR and" in text
    assert "more countries: use add." in text
    assert len(text) < 450


def test_the_small_number_behind_a_factor_is_said(tmp_path, capsys):
    tables = shutil.copytree(Path(str(tables_folder({"scenario": "toy"}))), tmp_path / "tables")
    rows = (tables / "admissions.csv").read_text().splitlines()
    (tables / "admissions.csv").write_text("\n".join([rows[0], rows[7].replace(",50,", ",5,")]) + "\n")
    lines = ["scenario=toy", f"tables={tables}"]
    assert main(["show", "policy=more_labour_visas", *lines]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    said = "there are no places of 'work' to multiply by 2 in Greece, Italy for Eritrea, Nigeria, Syria; in Germany for"
    assert f"{said} Eritrea, Nigeria: use add." in printed
    assert "Elsewhere, times 2 adds 5 places of 'work' a year to 5." in printed


def test_show_says_what_a_policy_does_in_a_scenario(capsys):
    assert main(["show", "policy=faster_consulates", "scenario=toy"]) == 0
    printed = capsys.readouterr().out
    assert "in toy, 2009-01-01 to 2010-12-31\n  It changes consulates" in printed
    assert "All that it does has somebody or something to act on." in printed
    assert main(["show", "policy=mare_nostrum", "scenario=toy"]) == 0
    assert "'mare_nostrum' is never in force" in capsys.readouterr().out
    assert main(["show", "policy=mare_nostrum", "scenario=displacement"]) == 2
    assert "holds no policies" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["run"], ["run", "-m", "seed=1,2"], ["compare", "seeds=1"]])
def test_the_commands_say_it_once_before_the_first_day(tmp_path, capfd, monkeypatch, command):
    """Runs are stopped where they would begin: what is said is said before."""
    written(tmp_path, "mine", [effect("study", "mul", 2.0, **WHOM)])
    for name in (
        "mixflow.experiments.runs.run._simulate",
        "mixflow.experiments.runs.sweep.driver.carry_out",
        "mixflow.experiments.studies.compare.driver.carry_out",
    ):
        monkeypatch.setattr(name, stop)
    key = "with" if command[0] == "compare" else "policies"
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert (
            main([*command, *TOY, f"policy_path={tmp_path}", f"{key}=[mine]", f"runs_dir={tmp_path}", "quiet=true"])
            == 2
        )
    said = capfd.readouterr().err
    assert said.count("mixflow: warning: policy 'mine': there are no places of 'study' to multiply by 2") == 1
    assert said.endswith("mixflow: stopped\n")


def stop(*_: object, **__: object) -> None:
    """In place of what would simulate."""
    raise UserError("stopped")


def test_the_page_is_given_what_a_policy_does_not_do(tmp_path):
    study = {
        "format": 1,
        "scenario": "toy",
        "seeds": 1,
        "base": [],
        "sides": [{"cards": [{"name": "student_visas"}], "without": [], "title": ""}],
    }
    found = looked_at(study, str(tmp_path))
    assert found["problems"] == []
    (remark,) = found["remarks"]
    assert remark["cards"] == ["student_visas"]
    assert "no places of 'study' to multiply by 2" in remark["text"]
