"""What a log is judged by: the file that ships, or one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.files.criteria import load_criteria
from sim.files.problems import InputError

OWN = """
[[criteria]]
precondition = "alarm"
quality = "secure"

[[criteria]]
id = "mine"
part = "performance"
quality = "secure"
dimension = "technology"
measure = "leaks"
norm = { limit_count = 0, source = "mine" }
better = "lower"
citation = "mine"
text = { nl = "n", en = "e" }
"""

RULE = """
[[advice]]
id = "mine"
give = "conditional"
citation = "mine"
text = { nl = "n", en = "e" }
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_ones_own_criteria_take_the_shipped_rule_where_they_have_none(tmp_path: Path) -> None:
    shipped, own = load_criteria(), load_criteria(_written(tmp_path, OWN))
    assert [(one.id, one.part) for one in own] == [("alarm", "set-up"), ("mine", "performance")]
    assert own.advice == shipped.advice
    assert own.profiles == shipped.profiles
    assert "core" in {one.id for one in own.profiles}
    assert "safety-region" not in {one.id for one in own.profiles}
    assert [rule.id for rule in load_criteria(_written(tmp_path, OWN + RULE)).advice] == ["mine"]


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        (OWN.replace("alarm", "alram"), "criteria[0].precondition", "'alram'"),
        (OWN + RULE.replace("conditional", "gold"), "advice[0]", "a mistake: Invalid enum value 'gold'"),
    ],
)
def test_a_mistake_is_named_by_file_and_key(tmp_path: Path, text: str, key: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        load_criteria(_written(tmp_path, text))
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == (str(tmp_path / "mine.toml"), key)
    assert problem.found.startswith(found)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_criteria(_written(tmp_path, "[[criteria"))
