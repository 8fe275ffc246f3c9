"""The toy scenario gives what it gave: a change of these numbers is a change of results, and needs a reason and a changelog entry.

`python tests/golden/test_toy.py` writes the file anew. Numbers may differ by a hundredth, because NumPy's exponentials differ in
their last bit between processors.
"""

import json
from pathlib import Path

import pytest

from mixflow.scenarios.build import build

GOLDEN = Path(__file__).with_name("toy.json")


def totals() -> dict[str, float]:
    """Events of the toy scenario in 2012, the first year of its war, by route, channel and event, in people."""
    model = build(
        {"scenario": "toy", "start": "2012-01-01", "end": "2012-12-31", "scale": 1.0, "seed": 1, "threads": 2}
    )
    while model.day < model.days:
        model.step()
    flows = model.flows()
    counts = flows.groupby(["corridor", "channel", "event"])["count"].sum()
    return {" ".join(map(str, key)).strip(): float(count) for key, count in counts.items()}


def test_toy_gives_what_it_gave() -> None:
    golden, now = json.loads(GOLDEN.read_text()), totals()
    assert now.keys() == golden.keys()
    for key, count in golden.items():
        assert now[key] == pytest.approx(count, rel=0.01, abs=3), key


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(totals(), indent=1, sort_keys=True) + "\n")
