"""What is asked again with the same arrays is recalled, and nothing else."""

import numpy as np

from mixflow.sim.base.argument_cache import ArgumentCache


def test_an_answer_is_recalled_for_the_same_arrays_and_computed_again_for_others() -> None:
    asked = []

    def doubled(values: np.ndarray) -> np.ndarray:
        asked.append(values)
        return 2.0 * values

    argument_cache = ArgumentCache()
    first = argument_cache("doubled", doubled, np.arange(3.0))
    assert argument_cache("doubled", doubled, np.arange(3.0)) is first
    assert argument_cache("another", doubled, np.arange(3.0)) is not first
    assert argument_cache("doubled", doubled, np.ones(3)).tolist() == [2.0, 2.0, 2.0]
    assert argument_cache("doubled", doubled, np.arange(3.0)) is not first  # only the last answer is kept
    assert len(asked) == 4
