"""A scenario file that people wrote is changed where it must be, and nowhere else."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.files.problems import InputError
from sim.files.taking_in.scenario_text import with_entries

TEXT = """# Mine.
id = "x"   # the folder

[[injects]]
id = "a"
at = "1h" # early
cue = { do = "open", activity = "x" }

# In the afternoon

[[injects]]
id = "b"
at = "2h"
[injects.cue]
do = "close"
activity = "x"

[[faults]]
id = "f"
"""
A = {"id": "a", "at": "1h", "cue": {"do": "open", "activity": "x"}}


def ids(text: str) -> list[str]:
    return [entry["id"] for entry in tomllib.loads(text)["injects"]]


def test_what_is_the_same_is_not_touched() -> None:
    assert with_entries(TEXT, "injects", [A]) == TEXT


def test_a_value_that_is_another_changes_alone() -> None:
    changed = with_entries(TEXT, "injects", [{**A, "at": "3h"}])
    assert changed == TEXT.replace('"1h"', '"3h"')


def test_a_key_that_is_gone_goes() -> None:
    changed = with_entries(TEXT, "injects", [{"id": "a", "cue": A["cue"]}])
    assert changed == TEXT.replace('at = "1h" # early\n', "")


def test_a_table_of_its_own_becomes_a_line() -> None:
    changed = with_entries(TEXT, "injects", [{"id": "b", "at": "2h", "cue": {"do": "tool-up"}}])
    assert tomllib.loads(changed)["injects"][1]["cue"] == {"do": "tool-up"}


def test_what_is_new_comes_after_the_others_and_before_the_next_section() -> None:
    changed = with_entries(TEXT, "injects", [{"id": "c", "at": "3h"}])
    assert ids(changed) == ["a", "b", "c"]
    assert changed.index('id = "c"') < changed.index("[[faults]]")
    assert with_entries("id = 'x'\n", "truth", [{"id": "t"}]) == "id = 'x'\n\n[[truth]]\nid = \"t\"\n"


def test_what_is_removed_goes() -> None:
    assert ids(with_entries(TEXT, "injects", [], ["a"])) == ["b"]


@pytest.mark.parametrize("text", ['injects = [{ id = "a" }]\n', "injects = 3\n"])
def test_a_list_of_another_form_is_one_line(text: str) -> None:
    with pytest.raises(InputError, match=r"scenario.toml: injects: expected tables \[\[injects\]\]"):
        with_entries(text, "injects", [A])


def test_entries_that_stand_apart_are_all_found() -> None:
    apart = TEXT + '\n[[injects]]\nid = "d"\nat = "4h"\n'
    changed = with_entries(apart, "injects", [{"id": "d", "at": "5h"}])
    assert [entry.get("at") for entry in tomllib.loads(changed)["injects"]] == ["1h", "2h", "5h"]


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text(max_size=12) | st.integers(-(10**9), 10**9) | st.booleans(),
    lambda inner: (
        st.lists(st.text(max_size=6), max_size=3)
        | st.dictionaries(st.sampled_from(("nl", "en")), inner, max_size=2)
    ),
    max_leaves=4,
)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(("a", "b", "c", "d"))}, optional={"at": VALUES, "cue": VALUES}
    ),
    max_size=4,
    unique_by=lambda entry: entry["id"],
)


@given(entries=ENTRIES)
def test_whatever_is_put_in_is_what_stands_there(entries: list[dict[str, Any]]) -> None:
    changed = tomllib.loads(with_entries(TEXT, "injects", entries))
    there = {entry["id"]: entry for entry in changed["injects"]}
    assert all(there[entry["id"]] == entry for entry in entries)
    assert {key: value for key, value in changed.items() if key != "injects"} == {
        "id": "x",
        "faults": [{"id": "f"}],
    }
