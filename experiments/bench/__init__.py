"""`mixflow bench`: measures the engine against named baselines and prints one line of JSON for each measurement."""

import json
from collections.abc import Callable, Iterator, Sequence

from mixflow.sim.base.errors import UserError, one_of

from .line import Line

HELP = """\
usage: mixflow bench [NAME ...] [quick=true]

Measures the engine and prints a line of JSON for each measurement:
name, value, unit, baseline (the same measurement of what it is compared with),
ratio (above 1: better than the baseline), note.

names: """


def _movement(quick: bool) -> Iterator[Line]:
    from .movement import movement

    return movement(20_000 if quick else 1_000_000)


def _day(quick: bool) -> Iterator[Line]:
    from .day import day

    return day(people=500 if quick else 100_000, days=3 if quick else 20)


def _loading(quick: bool) -> Iterator[Line]:
    from .loading import TWENTY, loading

    return loading("toy", TWENTY[:23]) if quick else loading("mediterranean")


def _mediterranean(quick: bool) -> Iterator[Line]:
    from .engine import mediterranean

    return mediterranean(scale=0.002 if quick else 0.1, years=1 if quick else 7)


def _growth(quick: bool) -> Iterator[Line]:
    from .engine import growth

    return growth((0.001, 0.002) if quick else (0.01, 0.1, 1.0), years=1 if quick else 11)


def _rng(quick: bool) -> Iterator[Line]:
    from .engine import draws

    return draws(100_000 if quick else 10_000_000)


def _compile(quick: bool) -> Iterator[Line]:
    from .engine import compiling

    return compiling()


def _policies(quick: bool) -> Iterator[Line]:
    from .policies import policies

    return policies(edges=500 if quick else 5000)


def _displacement(quick: bool) -> Iterator[Line]:
    from .displacement import displacement

    return displacement(people=4_000 if quick else 430_000, days=60 if quick else 600, peer_hasten=20 if quick else 100)


def _sweep(quick: bool) -> Iterator[Line]:
    from .sweep import sweeping

    return sweeping(runs=4 if quick else 200, end="2009-01-31" if quick else "2009-12-31")


def _catalogue(quick: bool) -> Iterator[Line]:
    from .sweep import cataloguing

    return cataloguing(30 if quick else 10_000)


def _checkpoint(quick: bool) -> Iterator[Line]:
    from .checkpoint import checkpointing

    if quick:
        return checkpointing("toy", 1.0, days=40, more=20)
    return checkpointing("mediterranean", 0.1, days=1096, more=62)


def _sharpness(quick: bool) -> Iterator[Line]:
    from .sharpness import POLICIES, sharpness

    if quick:
        return sharpness(POLICIES[:1], 3, scenario="toy", end="2009-06-30")
    return sharpness(POLICIES, 12, scenario="mediterranean", scale=0.005, end="2013-12-31")


def _dashboard(quick: bool) -> Iterator[Line]:
    from .dashboard import dashboard

    if quick:
        return dashboard(clicks=6, frames=5, end="2009-03-31")
    return dashboard(clicks=40, frames=60, end="2010-12-31")


BENCHES: dict[str, Callable[[bool], Iterator[Line]]] = {
    "movement_vs_mesa": _movement,
    "day_vs_mesa": _day,
    "loading": _loading,
    "mediterranean": _mediterranean,
    "growth": _growth,
    "rng": _rng,
    "compile": _compile,
    "policies": _policies,
    "displacement": _displacement,
    "sharpness": _sharpness,
    "sweep": _sweep,
    "catalogue": _catalogue,
    "checkpoint": _checkpoint,
    "dashboard": _dashboard,
}


def main(argv: Sequence[str]) -> int:
    """Run the benchmarks that are named, or all, and print their lines.

    Raises
    ------
    UserError
        When a name or an option is not known.
    """
    if {"-h", "--help"} & set(argv):
        print(HELP + ", ".join(BENCHES))
        return 0
    quick = False
    names = []
    for argument in argv:
        if argument.startswith("quick="):
            choice = argument.removeprefix("quick=").lower()
            if choice not in ("true", "false"):
                raise UserError(one_of("quick", choice, ("true", "false")))
            quick = choice == "true"
        elif argument in BENCHES:
            names.append(argument)
        else:
            raise UserError(one_of("Benchmark", argument, BENCHES))
    for name in names or BENCHES:
        for line in BENCHES[name](quick):
            print(json.dumps(line.as_dict()), flush=True)
    return 0
