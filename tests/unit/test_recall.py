"""What is asked again with the same arrays is recalled, and nothing else."""

import numpy as np

from mixflow.sim.recall import Recall


def test_an_answer_is_recalled_for_the_same_arrays_and_computed_again_for_others() -> None:
    asked = []

    def doubled(values: np.ndarray) -> np.ndarray:
        asked.append(values)
        return 2.0 * values

    recall = Recall()
    first = recall("doubled", doubled, np.arange(3.0))
    assert recall("doubled", doubled, np.arange(3.0)) is first
    assert recall("another", doubled, np.arange(3.0)) is not first
    assert recall("doubled", doubled, np.ones(3)).tolist() == [2.0, 2.0, 2.0]
    assert recall("doubled", doubled, np.arange(3.0)) is not first  # only the last answer is kept
    assert len(asked) == 4
