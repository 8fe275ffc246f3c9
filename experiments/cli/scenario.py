"""`mixflow scenario new`: writes a first scenario of any countries, and says what it assumed."""

from collections.abc import Sequence

from mixflow.policies.yaml_files import parse_yaml
from mixflow.scenarios.config import scenario_names
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.own import home

from ..runs import hints

EXAMPLES = """\
examples:
  mixflow scenario new sahel_spain countries=[MLI,SEN,MRT,MAR,ESP]
  mixflow scenario new central_america countries=[GTM,HND,SLV,NIC,MEX,USA] destinations=[USA]
  mixflow scenario new pacific countries=[FJI,TON,NZL,AUS] islands=join cities=2

keys
  countries     ISO 3166 codes of three letters
  destinations  those that people go to; without it, net receivers of migrants that are well off
  islands       what to do with countries without a land border, ferry or flight: refuse (the default), leave_out, join
  cities        the largest cities of each country that are places (3); border towns and ports are added
  start end     days, from 2009 to 2023 (2010-01-01 to 2019-12-31)
  title         a line of text

The folder is written to my_scenarios/NAME, or below the folder that MIXFLOW_SCENARIOS names.
"""


def scenario(words: Sequence[str]) -> int:
    """Write a scenario.

    Raises
    ------
    UserError
        When what is typed is not allowed, or the base lacks what a scenario needs.
    """
    from mixflow.scenarios.base.reader import shipped
    from mixflow.scenarios.starter.request import request
    from mixflow.scenarios.starter.write import write

    if not words or words[0] != "new":
        raise UserError(
            one_of("Action", words[0] if words else "", ["new"]) + " mixflow scenario --help shows examples."
        )
    if len(words) < 2 or "=" in words[1]:
        raise UserError("Which name? Write mixflow scenario new NAME countries=[MLI,SEN,ESP].")
    given = {}
    for word in words[2:]:
        key, sign, value = word.partition("=")
        if not sign:
            raise UserError(f"{word!r} has no value. Write KEY=VALUE, for example countries=[MLI,SEN,ESP].")
        if key in given:
            raise UserError(f"{key} is set twice; set it once.")
        given[key] = value if key in ("start", "end", "title") else parse_yaml(_quoted(value), key, "a value")
    base = shipped()
    asked = request(words[1], given, base, scenario_names())
    folder = home() / asked.name
    if folder.exists() or folder.is_symlink():
        raise UserError(f"{folder} is there already: choose another name, or remove it.")
    decided = write(folder, asked, base)
    for key in ("destinations", "origins", "left_out", "joined"):
        if decided[key]:
            print(f"{key}: {decided[key]}".replace("'", ""))
    print(
        f"what it assumes: {hints.command('show', f'scenario={asked.name}', 'assumed=true')}; and {folder / 'README.md'}"
    )
    print(f"run it: {hints.command('run', f'scenario={asked.name}')}")
    print(folder)
    return 0


def _quoted(value: str) -> str:
    """A list of codes with each in quotes: NOR and NO are no truth values here."""
    if not (value.startswith("[") and value.endswith("]")):
        return value
    codes = [code.strip().strip("'\"") for code in value[1:-1].split(",")]
    return "[" + ", ".join(f'"{code}"' for code in codes if code) + "]"
