"""A spreadsheet runs nothing of what is exported."""

import pandas as pd
import pytest

from mixflow.experiments.results.csv_text import safe
from mixflow.experiments.runs.catalogue.export import export


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_is_marked(tmp_path, start):
    frame = pd.DataFrame(
        {
            "text": [f'{start}HYPERLINK("http://x")', "plain = text"],
            "kinds": pd.Categorical([f"{start}1", "b"]),
            f"{start}head": ["a", None],
            "number": [-1.5, -2.0],
            "mixed": [-3, f"{start}x"],
            "month": pd.to_datetime(["2009-01-01", None]),
        }
    )
    back = pd.read_csv(export(frame, "csv", tmp_path / "out.csv"), keep_default_na=False)
    assert back["text"].tolist() == [f'\'{start}HYPERLINK("http://x")', "plain = text"]
    assert back["kinds"].tolist() == [f"'{start}1", "b"]
    assert f"'{start}head" in back
    assert back["number"].tolist() == [-1.5, -2.0]
    assert back["mixed"].tolist() == ["-3", f"'{start}x"]
    assert back["month"].tolist() == ["2009-01-01", ""]


def test_a_table_without_such_text_stays_as_it_is():
    frame = pd.DataFrame({"a": [1, -2], "b": ["x", None], "c": [True, False], "d": [0.5, float("nan")]})
    pd.testing.assert_frame_equal(safe(frame), frame, check_dtype=False)
    assert len(safe(frame.iloc[:0])) == 0
    twice = pd.DataFrame([[1, "=a"]], columns=["x", "x"])
    assert safe(twice).iloc[0].tolist() == [1, "'=a"]
