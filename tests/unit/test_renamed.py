"""Names that changed: an old one is refused with its new name, wherever a user may give it; long lists are cut."""

import shutil
from importlib import resources
from pathlib import Path

import pytest
import yaml
from policies_made import effect, written

from mixflow.experiments.cli.main import main
from mixflow.experiments.runs.config import composed
from mixflow.policies.library import load
from mixflow.scenarios.ensembles import read
from mixflow.scenarios.tables import read_tables
from mixflow.sim.base.errors import CLOSEST, MANY, UserError, one_of
from mixflow.sim.base.levers import LEVERS
from mixflow.sim.base.params import PARAMS, checked
from mixflow.sim.base.renamed import OTHERS, PARAMETERS, renamed

TOY = Path(str(resources.files("mixflow.scenarios"))) / "toy"


@pytest.mark.parametrize(("old", "new"), PARAMETERS.items())
def test_each_old_parameter_names_a_new_one_that_is_there(old: str, new: str) -> None:
    group, name = new.split(".")
    assert name in PARAMS[group]
    assert old.split(".")[1] not in PARAMS[group]
    with pytest.raises(UserError, match=f"It is now called '{name}'"):
        checked({group: {old.split(".")[1]: 1.0}})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("params.choose.inside=0.3", "asc_stay_refugee"),
        ("params.live.onward=0.3", "secondary_movement_rate"),
        ("run_in=6", "spin_up_months"),
        ("+params.choose.stay=1", "asc_stay"),
    ],
)
def test_an_old_key_of_a_run_names_the_new_one(old: str, new: str) -> None:
    with pytest.raises(UserError, match=new):
        composed(["scenario=toy", old])


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "scenario=toy", "run_in=6"],
        ["run", "scenario=displacement", "case=.", "hasten=10"],
        ["calibrate", "scenario=toy", "pool=4"],
        ["calibrate", "scenario=toy", "centre=0"],
        ["validate", "scenario=mediterranean", "origins=[2014]"],
        ["validate", "scenario=mediterranean", "pairs=2"],
    ],
)
def test_an_old_key_on_the_command_line_ends_with_2_and_its_new_name(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert OTHERS[arguments[-1].partition("=")[0]] in said
    assert "Traceback" not in said


def test_an_old_lever_selector_or_corridor_in_a_policy_names_the_new_one(tmp_path: Path) -> None:
    written(tmp_path, "lever", [effect("seats", "mul", 0.5)])
    written(tmp_path, "selector", [effect("death", "set", 0.5, where={"route": ["central_mediterranean"]})])
    for name, new in (("lever", "capacity_factor"), ("selector", "corridor")):
        with pytest.raises(UserError, match=f"now called '{new}'"):
            load(name, str(tmp_path))


def test_an_old_table_column_code_or_quantity_names_the_new_one(tmp_path: Path) -> None:
    for k, (table, old, new) in enumerate(
        [
            ("edges", "corridor", "route"),
            ("seasons", "central_mediterranean", "CMR"),
            ("edge_attributes", "smuggling_capacity", "seats"),
        ]
    ):
        folder = shutil.copytree(TOY, tmp_path / str(k))
        path = folder / f"{table}.csv"
        path.write_text(path.read_text().replace(old, new))
        with pytest.raises(UserError, match=f"now called '{old}'"):
            read_tables(folder)
    folder = shutil.copytree(TOY, tmp_path / "old")
    (folder / "edges.csv").rename(folder / "routes.csv")
    with pytest.raises(UserError, match=r"routes\.csv is now called edges\.csv"):
        read_tables(folder)


def test_an_ensemble_with_old_parameters_names_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    members = [{"loss": 1.0, "params": {"choose.stay": 1.0}}]
    path.write_text(yaml.safe_dump({"scenario": "toy", "provenance": {}, "members": members}))
    with pytest.raises(UserError, match="now called 'asc_stay'"):
        read(path)


def test_the_glossary_lists_every_new_name() -> None:
    text = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
    missing = [old for old, new in {**PARAMETERS, **OTHERS}.items() if f"| `{old}` | `{new}` |" not in text]
    assert missing == []


def test_a_new_name_is_given_only_where_it_is_allowed() -> None:
    assert renamed("settled", PARAMS["return"]) == "rate_regular"
    assert renamed("settled", PARAMS["hosted"]) == "duration_dependence_onward"
    assert renamed("settled", PARAMS["move"]) is None
    assert renamed("seats", LEVERS) == "capacity_factor"
    assert renamed("seats", ["price", "smuggling_capacity"]) == "smuggling_capacity"


def test_a_long_list_of_allowed_names_is_cut_to_the_closest_and_the_command_that_lists_all() -> None:
    names = [f"name_{k}" for k in range(MANY + 1)]
    assert "name_20" in one_of("Policy", "name_2O", names[1:])
    said = one_of("Policy", "name_2O", names)
    listed = said.partition("the closest: ")[2].partition(";")[0].split(", ")
    assert len(listed) == CLOSEST
    assert listed[0] in ("name_2", "name_20")
    assert said.endswith("mixflow policies lists all 21.")
