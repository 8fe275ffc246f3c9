"""The command `mixflow`: what a user types becomes a run, a list or a message. Mistakes end in a message and code 2."""

import argparse
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import mixflow
from mixflow.sim.base.errors import AssumptionNote, EffectNote, EffectWarning, UnmetWarning, UserError, one_of
from mixflow.sim.base.reading import SHOWN, has_halves

from ..runs import hints
from ..runs.boundary import LOG
from ..runs.kinds import kind_of
from ..runs.streams import lasting_streams

HELP = """\
usage: mixflow COMMAND [OPTIONS] [KEY=VALUE ...]

Simulates mixed migration: refugees, migrants, smugglers and states on one route graph.
A counterfactual laboratory, not a forecaster.

commands
  run         run a scenario and write its results
  scenarios   list the scenarios
  scenario    write a new scenario of any countries
  policies    list the policies
  show        explain: a scenario's config, the parameters and their sources, a policy, or a finished run
  levers      list what policies may change, with meaning, unit and baseline
  indicators  list what is measured, with meaning and unit
  results     what is in a folder of results: runs, measures, exports
  sensitivity which parameters a result depends on
  explore     where in the space of policies and parameters something holds
  compare     run two worlds that differ in policies, and say what differs, for whom, and how sure that is
  projection  what would be recorded if named inputs hold: levels from the record, responses from the model
  report      make the report of a comparison again, from its tables alone
  dashboard   pages on this machine: watch a world, stack policies, compare, for those who write no code
  calibrate   fit a scenario's free parameters to records, and write an ensemble
  validate    hold displacement cases or a scenario against records
  bench       measure the speed of the engine
  compile     compile all kernels now, so that no later run waits for them

options
  -h, --help     this text; mixflow COMMAND --help tells more
  --version      the version
  -q, --quiet    with run: print the folder of the results and nothing else

examples
  mixflow run scenario=displacement case=DIR     flight from conflict to camps, one case of registrations
  mixflow run                                    the scenario mediterranean, 2009 to 2019
  mixflow run scenario=toy                       a small world: seconds
  mixflow run scale=0.005 seed=7 threads=1       fewer simulated people, other luck, one core
  mixflow run start=2011-01-01 end=2012-12-31    other days; the end is the last day
  mixflow run params.leave.prepare_share=0.005   another number of the model
  mixflow show params                            every number: unit, range, source
  mixflow show scenario=toy assumed=true         what the tables of a scenario assume
  mixflow show policy=more_labour_visas          one policy: what it does, by which sources, at which risk
  mixflow show runs/toy/0123456789ab-1           the summary of a finished run
  mixflow dashboard open=true                    pages in the browser, on this machine alone

Results lie in runs/<scenario>/<config hash>-<seed>/: Parquet tables, summary.json, record.json, figures.
"""

RUN_HELP = """\
examples:
  mixflow run scenario=toy
  mixflow run scale=0.01 seed=7 start=2011-01-01 end=2015-12-31 threads=1 runs_dir=out
  mixflow run params.leave.prepare_share=0.005
  mixflow run tables=my_tables           a changed copy of the scenario's tables
  mixflow run force=true                 again, though the results are there

keys: scenario scale start end seed threads runs_dir tables force quiet params.GROUP.NAME
`mixflow show` prints them with their values, `mixflow show params` explains the numbers.
"""


NOTES = (EffectNote, AssumptionNote)
"""What is no mistake; a quiet command does not say it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 runs failed or output was lost, 2 a mistake of the user, 130 interrupted.

    Parameters
    ----------
    argv
        Arguments without the program's name; by default those of the process.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    with lasting_streams() as output:
        code = _ended(arguments)
        if output is None:
            return code
        output.flush()
        if isinstance(output.failed, BrokenPipeError):
            return 141
        if output.failed is not None:
            print(f"mixflow: cannot write the output: {output.failed.strerror}.", file=sys.stderr)
            return code or 1
    return code


def _ended(arguments: list[str]) -> int:
    """Run the command; what stops it becomes a message and a code."""
    try:
        with _terminable(), warnings.catch_warnings():
            warnings.showwarning = _told
            for argument in arguments:
                if has_halves(argument):
                    raise UserError(f"{ascii(argument)[:SHOWN]} is not UTF-8 text.")
            return _dispatch(arguments)
    except UserError as error:
        print(f"mixflow: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(f"mixflow: {str(stop) or 'interrupted; nothing was kept.'}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 141
    except OSError as error:  # a full disk, a file in the way: what no place closer to the file has put into words
        LOG.info("the machine refused something", exc_info=True)
        what = "a file" if error.filename is None else str(error.filename)
        lines = (error.strerror.lower() if error.strerror else str(error).strip()).splitlines()
        print(
            f"mixflow: {what} cannot be read or written: {lines[0] if lines else type(error).__name__}.",
            file=sys.stderr,
        )
        return 2


def _told(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    """Show a warning about what the user asked for in one line, as a mistake is; others as Python does."""
    kind = "note" if issubclass(category, NOTES) else "warning"
    ours = issubclass(category, (*NOTES, UnmetWarning, EffectWarning))
    said = f"mixflow: {kind}: {message}" if ours else f"{filename}:{lineno}: {message}"
    print(said, file=sys.stderr)


def _dispatch(arguments: list[str]) -> int:
    while arguments and arguments[0] in ("-q", "--quiet"):  # before the command as well as after it
        arguments = [*arguments[1:], arguments[0]]
        if all(argument in ("-q", "--quiet") for argument in arguments):
            break
    if not arguments or arguments[0] in ("-h", "--help", "help", "-q", "--quiet"):
        print(hints.runnable(HELP), end="")
        return 0
    if arguments[0] in ("-V", "--version"):
        print(f"mixflow {mixflow.__version__}")
        return 0
    command, rest = arguments[0], arguments[1:]
    if {"-q", "--quiet", "quiet=true"} & set(rest):
        for note in NOTES:
            warnings.simplefilter("ignore", note)
    if command not in COMMANDS:
        hint = f" To run it, write: {hints.command('run', *arguments)}" if "=" in command else ""
        raise UserError(one_of("Command", command, COMMANDS) + (hint or " mixflow --help shows examples."))
    return COMMANDS[command](rest)


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a polite end of the process (SIGTERM) clean up as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Parser(argparse.ArgumentParser):
    """Reports a mistake as every other part of mixflow does."""

    def error(self, message: str) -> NoReturn:
        """Refuse with the message."""
        raise UserError(f"{message}. {self.prog} --help shows examples.")


def _parser(command: str, description: str, epilog: str = "") -> Parser:
    return Parser(
        prog=f"mixflow {command}",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _parsed(parser: Parser, arguments: list[str]) -> argparse.Namespace | int:
    try:
        return parser.parse_intermixed_args(arguments)
    except SystemExit as stop:  # argparse has shown its help
        return int(stop.code or 0)


def _run(arguments: list[str]) -> int:
    parser = _parser("run", "Run a scenario and write its results; the last line printed is their folder.", RUN_HELP)
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="what differs from the defaults")
    parser.add_argument("-q", "--quiet", action="store_true", help="print the folder of the results and nothing else")
    parser.add_argument(
        "-m", "--multirun", action="store_true", help="a sweep: KEY=1,2,3 or KEY=range(0,50) run them all"
    )
    options = _parsed(parser, arguments)
    if isinstance(options, int):
        return options
    if options.multirun:
        from ..runs.sweep.driver import sweep

        return sweep(options.overrides, quiet=options.quiet)
    from ..runs.config import composed

    config = composed(options.overrides)
    quiet = options.quiet or bool(config["quiet"])
    if kind := kind_of(config["scenario"]):  # without what only other scenarios need in memory
        kind.run(config, quiet=quiet)
        return 0
    from ..runs.run import run

    run(config, quiet=quiet)
    return 0


def _scenarios(arguments: list[str]) -> int:
    options = _parsed(_parser("scenarios", "List the scenarios."), arguments)
    if isinstance(options, int):
        return options
    from .show import show_scenarios

    show_scenarios()
    return 0


def _scenario(arguments: list[str]) -> int:
    from .scenario import EXAMPLES, scenario

    parser = _parser(
        "scenario", "Write a first scenario of any countries; it runs at once and is fitted to nothing.", EXAMPLES
    )
    parser.add_argument("words", nargs="*", metavar="new NAME KEY=VALUE", help="the name, and what it is made of")
    options = _parsed(parser, arguments)
    return options if isinstance(options, int) else scenario(options.words)


def _policies(arguments: list[str]) -> int:
    parser = _parser(
        "policies",
        "List the policies by family, and those that were enacted by date.",
        "examples:\n  mixflow policies\n  mixflow policies policy_path=my_policies",
    )
    parser.add_argument("where", nargs="*", metavar="policy_path=FOLDER", help="a folder with policies of yours")
    options = _parsed(parser, arguments)
    if isinstance(options, int):
        return options
    from ..views.policies_page import show_policies, split

    show_policies(**split(options.where, ("policy_path",)))
    return 0


def _levers(arguments: list[str]) -> int:
    options = _parsed(
        _parser("levers", "List what policies may change: meaning, unit, bounds, baseline."),
        arguments,
    )
    if isinstance(options, int):
        return options
    from .lists import levers

    levers()
    return 0


def _indicators(arguments: list[str]) -> int:
    options = _parsed(
        _parser("indicators", "List what is measured: meaning, unit, and how months are put together."), arguments
    )
    if isinstance(options, int):
        return options
    from .lists import indicators

    indicators()
    return 0


def _show(arguments: list[str]) -> int:
    parser = _parser(
        "show",
        "Explain the parameters, the config that a run would have, a policy, or a finished run.",
        "examples:\n  mixflow show\n  mixflow show scenario=toy\n  mixflow show scenario=toy assumed=true\n"
        "  mixflow show params\n  mixflow show params leave\n"
        "  mixflow show policy=more_labour_visas\n"
        "  mixflow show policy=more_labour_visas scenario=mediterranean     how large it is in that world\n"
        "  mixflow show runs/toy/0123456789ab-1\n"
        "  mixflow show runs/toy/compare-0123456789ab                       the answer of a comparison",
    )
    parser.add_argument(
        "what", nargs="*", metavar="WHAT", help="params [GROUP ...], a folder of results, or KEY=VALUE ..."
    )
    options = _parsed(parser, arguments)
    if isinstance(options, int):
        return options
    from .show import show

    show(options.what)
    return 0


def _calibrate(arguments: list[str]) -> int:
    parser = _parser(
        "calibrate",
        "Fit the free parameters of a scenario to records up to a day, and write an ensemble with its provenance:\n"
        "first a centre by Gauss-Newton steps, where asked for, then members around it by an ensemble smoother.\n"
        "A calibration that was stopped goes on where it was when the same command is given again.",
        "examples:\n  mixflow calibrate scenario=mediterranean\n"
        "  mixflow calibrate scenario=mediterranean end=2013-12-31 members=10 budget=300 workers=1\n"
        "  mixflow calibrate scenario=mediterranean end=2013-12-31 init=mediterranean_to_2012 n_generations=8 sigma=0.3\n"
        "  mixflow calibrate scenario=toy n_generations=6 population=8 prior_sd=0.3 out=my_ensemble.yaml\n"
        "  mixflow calibrate fit=anchor scenario=mediterranean reference=2015-12\n\n"
        "keys, and those of a run (end scale seed ...):\n"
        "  init                      ranges (the default), defaults, or an ensemble that knows no later record\n"
        "  n_generations sigma population   of the search for a centre: how many (0: none), how widely it begins, members of each\n"
        "  prior_sd                  how widely the smoother draws around the centre, the defaults or the ensemble\n"
        "  n_screening n_members n_assimilations   members drawn at first, the best of them, comparisons with the record\n"
        "  budget members            runs in all; members that are kept\n"
        "  workers plan out          runs at once; another file of parameters and targets; the ensemble's file\n"
        "  most_runs                 refuse more runs than these (100,000)\n"
        "The parameters and targets stand in configs/calibration/<scenario>.yaml; plan=FILE reads another.\n\n"
        "fit=anchor finds constants of origins, destinations and corridors and the openness of corridors by month instead, and\n"
        "writes anchor.csv and anchor_state.csv, which baseline=anchored reads. Its keys, and those of a run:\n"
        "  reference                 last month of the record that is used (the last that may be)\n"
        "  rounds runs               rounds of the contraction (7), runs in each (2)\n"
        "  workers out               runs at once; the folder of the tables (the scenario's own, or under runs_dir)",
    )
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="what differs from the defaults")
    parser.add_argument("-q", "--quiet", action="store_true", help="print the path of the ensemble and nothing else")
    options = _parsed(parser, arguments)
    if isinstance(options, int):
        return options
    if any(argument.startswith("fit=") for argument in options.overrides):
        from ..studies.anchoring.command import calibrate_anchor

        calibrate_anchor(options.overrides, quiet=options.quiet)
        return 0
    from ..studies.calibration.command import calibrate

    calibrate(options.overrides, quiet=options.quiet)
    return 0


def _validate(arguments: list[str]) -> int:
    parser = _parser(
        "validate",
        "Hold a model against what was recorded: cases of flight to camps, or a scenario's later years.",
        "examples:\n  mixflow validate cases=DIR                 every displacement case below DIR, and the peer\n"
        "  mixflow validate cases=DIR seeds=3 threads=2 rules=flee peer_seeds=0\n"
        "  mixflow validate scenario=mediterranean    the years after those that it was fitted to\n"
        "  mixflow validate scenario=mediterranean forecasts=rule          levels by rolling origin; runs no model\n"
        "  mixflow validate scenario=mediterranean forecasts=projection    the same with the model's response\n",
    )
    parser.add_argument(
        "overrides", nargs="*", metavar="KEY=VALUE", help="cases=DIR or scenario=NAME, and keys of a run"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print less")
    options = _parsed(parser, arguments)
    if isinstance(options, int):
        return options
    keys = {text.partition("=")[0] for text in options.overrides}
    if "cases" in keys:
        from ..displacement.cases import main as validate_cases

        return validate_cases(options.overrides)
    if "scenario" not in keys:
        raise UserError(
            "mixflow validate needs cases=DIR (displacement cases) or scenario=NAME. See mixflow validate --help."
        )
    if "forecasts" in keys:
        from ..studies.projection.skill import main as score_forecasts

        score_forecasts(options.overrides, quiet=options.quiet)
        return 0
    from ..studies.validation.backtest import main as backtest

    backtest(options.overrides, quiet=options.quiet)
    return 0


def _bench(arguments: list[str]) -> int:
    from ..bench import main as bench

    return int(bench(arguments) or 0)


def _compile(arguments: list[str]) -> int:
    parser = _parser(
        "compile",
        "Compile all kernels now. Use it when you build a container, or once on a node before many jobs start.",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing")
    options = _parsed(parser, arguments)
    if isinstance(options, int):
        return options
    from .compile_ahead import compile_ahead

    return compile_ahead(quiet=options.quiet)


def _results(arguments: list[str]) -> int:
    from ..runs.catalogue.command import EXAMPLES, add_arguments, results

    parser = _parser("results", "What is in a folder of results: runs, measures by group, exports.", EXAMPLES)
    add_arguments(parser)
    options = _parsed(parser, arguments)
    return options if isinstance(options, int) else results(options)


def _sensitivity(arguments: list[str]) -> int:
    from ..studies.uncertainty.command import SENSITIVITY, add_arguments, sensitivity

    parser = _parser("sensitivity", "Which uncertain parameters move an outcome, alone and together.", SENSITIVITY)
    add_arguments(parser, exploring=False)
    options = _parsed(parser, arguments)
    return options if isinstance(options, int) else sensitivity(options)


def _explore(arguments: list[str]) -> int:
    from ..studies.uncertainty.command import EXPLORE, add_arguments, explore

    parser = _parser("explore", "Levers tried over many plausible worlds, and where an outcome is frequent.", EXPLORE)
    add_arguments(parser, exploring=True)
    options = _parsed(parser, arguments)
    return options if isinstance(options, int) else explore(options)


def _compare(arguments: list[str]) -> int:
    from ..studies.compare.command import EXAMPLES

    parser = _parser(
        "compare", "Compare worlds with and without policies; prints the answer, and last the report.", EXAMPLES
    )
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="what is compared, and keys of a run")
    parser.add_argument("-q", "--quiet", action="store_true", help="print the path of the report and nothing else")
    options = _parsed(parser, arguments)
    if isinstance(options, int):
        return options
    from ..studies.compare.driver import compare
    from ..views.report.page import write_report
    from ..views.report.plain_answer import lines_of

    return compare(options.overrides, write_report, lines_of, quiet=options.quiet)


def _projection(arguments: list[str]) -> int:
    from ..studies.projection.command import EXAMPLES, main

    parser = _parser(
        "projection", "What would be recorded if named inputs hold; the last line printed is the folder.", EXAMPLES
    )
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="what is projected, and keys of a run")
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="print the folder of the projection and nothing else"
    )
    options = _parsed(parser, arguments)
    return options if isinstance(options, int) else main(options.overrides, quiet=options.quiet)


def _report(arguments: list[str]) -> int:
    parser = _parser("report", "Make the report of a comparison again from its tables alone; no run is needed.")
    parser.add_argument("folder", metavar="RUN", help="the folder of a comparison, or of a run that one comparison has")
    options = _parsed(parser, arguments)
    if isinstance(options, int):
        return options
    from ..views.report.page import report

    return report(options.folder)


def _dashboard(arguments: list[str]) -> int:
    from ..views.dashboard.command import EXAMPLES, dashboard

    parser = _parser("dashboard", "Serve pages on this machine: explore, compare, learn. Ends with Ctrl-C.", EXAMPLES)
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="where to listen, and the folder of results")
    options = _parsed(parser, arguments)
    return options if isinstance(options, int) else dashboard(options.settings)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": _run,
    "scenarios": _scenarios,
    "scenario": _scenario,
    "policies": _policies,
    "levers": _levers,
    "indicators": _indicators,
    "show": _show,
    "results": _results,
    "sensitivity": _sensitivity,
    "explore": _explore,
    "compare": _compare,
    "projection": _projection,
    "report": _report,
    "dashboard": _dashboard,
    "calibrate": _calibrate,
    "validate": _validate,
    "bench": _bench,
    "compile": _compile,
}
