"""What the house is held to, beside what linters hold: sizes, words, names, directions, decision records."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from sim.core.agents.roster import BEHAVIOURS, handles
from sim.core.assessment.judging.criteria import Part, Quality
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PARTY_MEASURES
from sim.core.engine.faults.entries import Reason
from sim.core.model.agreement import Phase
from sim.core.model.agreement_topics import GENERAL
from sim.core.model.cue import AnyCue
from sim.core.model.party import CoreTask
from sim.core.model.preconditions import Dimension
from sim.core.model.profile import Profile
from sim.core.model.staff import Role
from sim.exam.question import Grade, Why
from sim.files.places import profiles_folder
from sim.files.problems import Problems
from sim.files.profiles import read_profiles
from sim.report.exercise.sections.figures import FIGURES_OF_EXERCISES, FIGURES_OF_PARTIES
from sim.sweep.draws import COSTS_OF_EXERCISE, COSTS_OF_PARTIES
from sim.words import CATALOGUES, keys

ROOT = Path(__file__).parents[2]
PACKAGES = ("sim", "brokers")
WORDS = ROOT / "sim" / "words"
DECISIONS = ROOT / "docs" / "decisions"

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return the tree of every module, with its path from the root."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return tuple((str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))) for path in paths)


def strings_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and value of every string literal of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@cache
def profiles() -> dict[str, Profile]:
    """Return the profiles and bodies that come with the product."""
    problems = Problems()
    found = read_profiles(profiles_folder(), problems)
    assert not problems.errors
    return dict(found.by_id)


# Sizes and docstrings -------------------------------------------------------------------------------


def test_modules_are_short() -> None:
    lines = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path, _ in modules()}
    assert lines
    assert {path: count for path, count in lines.items() if count > MODULE_LINES_MAX} == {}


def test_functions_are_short() -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": length
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, Function)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_everything_public_has_a_docstring() -> None:
    bare = [
        f"{path} {name}"
        for path, tree in modules()
        for name, node in _public(tree, "")
        if ast.get_docstring(node) is None
    ]
    assert bare == []


def _public(
    node: ast.Module | ast.ClassDef, prefix: str
) -> Iterator[tuple[str, ast.Module | ast.ClassDef | Function]]:
    yield prefix or "(module)", node
    for child in node.body:
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from _public(child, f"{prefix}{child.name}.")
        elif isinstance(child, Function) and not child.name.startswith("_"):
            yield f"{prefix}{child.name}", child


# Directions -----------------------------------------------------------------------------------------


def test_import_contracts_hold() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


# Profiles are data ----------------------------------------------------------------------------------


def test_nothing_in_the_code_knows_a_profile_by_name() -> None:
    names = set(profiles())
    assert names >= {"core", "structural", "link", "standby", "ad-hoc"}
    knows = [
        f"{path}:{line} {text!r}"
        for path, tree in modules()
        for line, text in strings_in(tree)
        if text in names
    ]
    assert knows == []


def test_every_behaviour_that_a_profile_names_exists() -> None:
    named = {(profile.id, name) for profile in profiles().values() for name in profile.behaviours}
    assert {(profile, name) for profile, name in named if name not in BEHAVIOURS} == set()


def test_every_behaviour_is_some_profiles() -> None:
    used = {name for profile in profiles().values() for name in profile.behaviours}
    assert set(BEHAVIOURS) - used == set()


@pytest.mark.parametrize("cue", get_args(AnyCue), ids=lambda cue: cue.__name__)
def test_every_cue_can_be_followed_by_some_profile(cue: type) -> None:
    assert [profile.id for profile in profiles().values() if handles(profile, cue)]


# Words ----------------------------------------------------------------------------------------------


@cache
def spoken() -> tuple[tuple[str, str, bool], ...]:
    """Return where words of the catalogue are asked for: place, key, and whether the key goes on from there."""
    return tuple(
        (f"{path}:{node.lineno}", *key)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _is_word(node.func) and node.args
        for key in _keys(node.args[0])
    )


def _is_word(function: ast.expr) -> bool:
    """Say whether a call asks for a word: by a speaker, or of the catalogue itself."""
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "self" and function.attr == "say"
    return isinstance(function, ast.Name) and function.id in ("say", "word", "self")


def _keys(argument: ast.expr) -> Iterator[tuple[str, bool]]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value, False
    elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        yield str(argument.values[0].value), True
    elif isinstance(argument, ast.IfExp):
        yield from _keys(argument.body)
        yield from _keys(argument.orelse)


def test_every_word_that_is_asked_for_is_in_the_catalogue() -> None:
    known = keys()
    unknown = [
        f"{place} {key}"
        for place, key, goes_on in spoken()
        if not (any(each.startswith(key) for each in known) if goes_on else key in known)
    ]
    assert len(spoken()) > 30
    assert unknown == []


def test_every_word_in_the_catalogue_is_used() -> None:
    literals = {text for _, tree in modules() for _, text in strings_in(tree)}
    # A family such as "weekday-" is used as a whole: its members are made of it and a value.
    families = tuple(value for value in literals if re.fullmatch(r"[a-z]+(-[a-z]+)*-", value))
    unused = [key for key in keys() if key not in literals and not key.startswith(families)]
    assert unused == []


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("result-", [result.value for result in Result]),
        ("advice-", [advice.value for advice in Advice]),
        ("part-of-", list(get_args(Part))),
        ("quality-", list(get_args(Quality))),
        ("attempt-", ["publish", "subscribe", "deliver"]),
        ("weekday-", [str(day) for day in range(1, 8)]),
        ("role-", [role.value for role in Role]),
        ("core-task-", [task.value for task in CoreTask]),
        ("part-", [GENERAL, *get_args(Dimension)]),
        ("paper-phase-", list(get_args(Phase))),
        ("grade-", [grade.value for grade in Grade]),
        ("exam-why-", list(get_args(Why))),
        ("channel-", ["telephone", "liaison"]),
        ("unmet-", list(get_args(Reason))),
        ("duration-", ["d", "h", "m", "s"]),
        ("whole-", list(FIGURES_OF_EXERCISES)),
        ("figures-", [name for about in FIGURES_OF_PARTIES for name in (about, f"{about}-about")]),
        ("figure-", [name for group in FIGURES_OF_PARTIES.values() for name in group]),
        ("swept-", [*PARTY_MEASURES, *EXERCISE_MEASURES]),
        ("sweep-cost-", [name.replace("_", "-") for name in (*COSTS_OF_EXERCISE, *COSTS_OF_PARTIES)]),
        ("figure-", [f"{name}-about" for group in FIGURES_OF_PARTIES.values() for name in group]),
    ],
)
def test_families_of_words_are_complete(family: str, members: list[str]) -> None:
    wanted = {family + member.replace(" ", "-") for member in members}
    assert wanted <= set(keys())


def test_every_word_has_both_languages_with_the_same_values() -> None:
    parts = [tomllib.loads((WORDS / name).read_text("utf-8")) for name in CATALOGUES]
    assert sum(len(part) for part in parts) == len(keys()), "no key stands in two files"
    for key, texts in (pair for part in parts for pair in part.items()):
        assert set(texts) == {"nl", "en"}, key
        assert all(texts.values()), key
        assert _values(texts["nl"]) == _values(texts["en"]), key


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# Truth -----------------------------------------------------------------------------------------------


def _asked_in(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every expression on which a module decides something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            yield node.test
        elif isinstance(node, ast.Compare | ast.BoolOp):
            yield node
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("bool", "len")
        ):
            yield node


def test_no_agent_decides_on_whether_something_comes_from_a_fault() -> None:
    """Agents never see the truth: what names faults is carried on, and never looked into."""
    found = [
        f"{path}:{inner.lineno}"
        for path, tree in modules()
        if path.startswith("sim/core/agents/")
        for asked in _asked_in(tree)
        for inner in ast.walk(asked)
        if isinstance(inner, ast.Attribute) and inner.attr in ("causation", "injects", "injectids")
    ]
    assert found == []


# Decisions ------------------------------------------------------------------------------------------


def decisions() -> list[Path]:
    return sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")


def test_decisions_have_numbers_of_their_own() -> None:
    names = [path.name for path in decisions()]
    if not names:
        pytest.skip("no decision has been written down yet")
    assert [name for name in names if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    numbers = [name[:4] for name in names]
    assert numbers == [f"{number:04}" for number in range(1, len(names) + 1)]


@pytest.mark.parametrize("path", decisions(), ids=lambda path: path.name)
def test_a_decision_says_why_and_what_follows(path: Path) -> None:
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert [heading for heading in headings if heading in ("Context", "Decision", "Consequence")] == [
        "Context",
        "Decision",
        "Consequence",
    ]
