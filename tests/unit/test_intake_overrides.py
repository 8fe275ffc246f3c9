"""What a command line or an experiment of somebody else may say: keys and plain values, and nothing that runs, reads or calls."""

from pathlib import Path

import pytest
from hydra.core.override_parser.types import QuotedString
from omegaconf import OmegaConf

from mixflow.experiments.runs.config import composed, parsed, shared_out
from mixflow.experiments.runs.override_text import as_value, escaped, plain, quoted
from mixflow.experiments.runs.sweep.launch import Chosen, _config, chosen
from mixflow.experiments.runs.sweep.overrides import asked
from mixflow.experiments.studies.compare.question import asked as compared
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import OVERRIDE_LETTERS

STRANGE = ["a'b", 'a"b', " a b", "a\nb", "x,y={z}[1]", "☃", "a$b", "a${b}", "a\\${oc.env:HOME}", "a\\", "\\'", "a#b: c"]


@pytest.mark.parametrize("text", STRANGE)
def test_a_folder_may_have_any_sign_in_its_name(text: str) -> None:
    assert composed(["scenario=toy", f"runs_dir={quoted(text)}"])["runs_dir"] == text
    with _config(Chosen("processes", ()), Path(text), 0, 1, "ab") as config:
        assert config.sweep == text
        assert config.hydra.sweep.dir == f"{text}/logs"
    (override,) = parsed([f"a={as_value([text, {'b': text}])}"])
    assert plain(override.value()) == [text, {"b": text}]
    assert OmegaConf.create({"a": escaped(text)}).a == text


@pytest.mark.parametrize("text", STRANGE)
def test_the_job_of_a_launcher_finds_the_folder(text: str) -> None:
    """What is handed to launchers of others goes through Hydra's grammar, and comes out as the same folder."""
    (override,) = parsed([f"sweep={quoted(text)}"])
    value = override.value()
    assert OmegaConf.create({"sweep": value.text if isinstance(value, QuotedString) else value}).sweep == text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("title=${oc.env:MIXFLOW_SECRET}", "title: ${...}"),
        ("title='a ${oc.env:MIXFLOW_SECRET}'", "title: ${...}"),
        ("policies=['${oc.env:MIXFLOW_SECRET}']", "policies: ${...}"),
        ("policies.more_labour_visas.dose=${oc.env:MIXFLOW_SECRET}", "policies.more_labour_visas.dose: ${...}"),
        ("params={leave: {prepare_share: '${oc.decode:1}'}}", "params: ${...}"),
        ("seed={_target_: os.getpid}", "begin with _"),
        ("params._target_=os.getpid", "begin with _"),
        ("scenario@params=toy", "without @"),
        ("params={leave: {other: 1}}", "params"),
        ("title={a: b}", "title.a"),
        ("hydra.searchpath=[/tmp]", "'hydra.searchpath' is not known"),
        ("hydra/launcher=slurm", "mixflow run -m"),
        ("+hydra/launcher=slurm", "mixflow run -m"),
        ("++seed=3", "without the plus sign"),
        ("++policies.more_labour_visas.dose=1", "without"),
        ("++hydra.launcher.setup=[id]", "mixflow run -m"),
        ("seed=" + "1" * OVERRIDE_LETTERS, "at most"),
        ("seed=" + "[" * 3000, "cannot read"),
    ],
)
def test_a_run_takes_plain_values_of_its_own_keys(line: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIXFLOW_SECRET", "hunter2")
    sweep = () if "hydra" in line else (asked,)  # there these say how it is run, and are checked by the launcher
    for read in (composed, *sweep, lambda lines: compared([*lines, "with=[more_labour_visas]"])):
        with pytest.raises(UserError) as refused:
            read(["scenario=toy", line] if "scenario" not in line else [line])
        assert "hunter2" not in str(refused.value)
        if read is composed:
            assert said in str(refused.value)


def test_values_of_a_sweep_are_plain_too() -> None:
    for line in ("title=a,${oc.env:HOME}", "seed=choice(1,${oc.env:HOME})", "+seed=1,2", "~seed"):
        with pytest.raises(UserError, match=r"\$\{\.\.\.\}|without \+ or ~"):
            asked(["scenario=toy", line])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["+hydra.launcher.setup=[id]"], r"without \+ or ~"),
        (["++hydra.launcher.setup=[id]"], r"without \+ or ~"),
        (["+hydra/launcher=slurm"], r"without \+ or ~"),
        (["hydra/launcher@x=slurm"], "without @"),
        (["hydra.launcher.setup=[id]"], "'setup' is not known"),
        (["hydra.launcher._target_=os.system"], "begin with _"),
        (["hydra.launcher.n_jobs={_target_: os.system, command: id}"], "begin with _"),
        (["hydra.launcher.n_jobs=${oc.env:HOME}"], "HOME|copy environment"),
        (["hydra.launcher.n_jobs=many"], "n_jobs=many"),
        (["hydra.launcher.n_jobs=100000"], "up to 1024"),
        (["hydra.launcher.n_jobs=1", "hydra.launcher.n_jobs=2"], "set twice"),
        (["hydra.sweep.dir=/tmp"], "hydra.sweep.dir is not known"),
        (["hydra/launcher=other"], "'other' is not known"),
    ],
)
def test_of_hydra_a_sweep_has_a_launcher_and_its_settings(lines: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        chosen(lines)


def test_settings_of_a_cluster_have_their_kinds() -> None:
    pytest.importorskip("submitit")
    assert chosen(["hydra/launcher=slurm", "hydra.launcher.setup=[module load python]"]).name == "slurm"
    for line in ("setup=id", "timeout_min=1.5", "partition=[a]", "additional_parameters=a", "max_jobs=0"):
        with pytest.raises(UserError, match=line.partition("=")[0]):
            chosen(["hydra/launcher=slurm", f"hydra.launcher.{line}"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("hydra/launcher: slurm", "'hydra/launcher' is not allowed"),
        ("+hydra/launcher: slurm", "is not allowed"),
        ("++hydra.launcher.setup: '[id]'", "is not allowed"),
        ("hydra.launcher.setup: '[id]'", "is not allowed"),
        ("~seed: 1", "is not allowed"),
        ("scenario@params: toy", "is not allowed"),
        ("runs_dir: /tmp/elsewhere", "where results go"),
        ("title: ${oc.env:MIXFLOW_SECRET}", "copy environment"),
        ("seed: choice(1,${oc.env:MIXFLOW_SECRET})", "copy environment"),
        ("seed: {_target_: os.getpid}", "begin with _"),
        ("seed: !!python/object/apply:os.system [id]", "tags are not allowed"),
        ("seed: &a 1", "anchors and aliases"),
        ("seed: " + "[" * 50, "levels"),
        ("seed: 1\n      seed: 2", "there twice"),
        ("seed: 2009-13-01", "line 4"),
    ],
)
def test_a_file_of_an_experiment_says_which_keys_have_which_values(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_text(f"hydra:\n  sweeper:\n    params:\n      {content}\n")
    with pytest.raises(UserError, match=said):
        asked(["scenario=toy", f"experiment={path}"])


def test_a_file_of_an_experiment_says_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    for more in ("x: 1", "  launcher: {n_jobs: 1}", "  sweeper:\n    max_batch_size: 1"):
        path.write_text(f"hydra:\n  sweeper:\n    params: {{seed: 1}}\n{more}\n")
        with pytest.raises(UserError):
            asked(["scenario=toy", f"experiment={path}"])
    path.write_text(
        "hydra:\n  sweeper:\n    params: {seed: 'range(0,3)', start: 2009-02-01, params.leave.prepare_share: 0.004}\n"
    )
    found = asked(["scenario=toy", f"experiment={path}"])
    assert [changes["seed"] for _, changes in found.points] == [0, 1, 2]
    assert found.bases[0]["start"] == "2009-02-01"


def test_a_key_of_a_command_has_one_plain_value() -> None:
    own = {"budget": None, "pool": 4}
    assert shared_out(["budget=3", "seed=1"], own) == ({"budget": 3, "pool": 4}, ["seed=1"])
    for lines in (
        ["budget"],
        ["budget=1", "budget=2"],
        ["budget=*a"],
        ["budget=!!python/name:os.system"],
        ["budget=[[["],
    ):
        with pytest.raises(UserError, match="budget"):
            shared_out(lines, own)
