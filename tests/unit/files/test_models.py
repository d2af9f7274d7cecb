"""The library of model agreements, and agreements to fill in that are started from it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.text import Language
from sim.files.agreements.form import Form, write_form
from sim.files.agreements.models import Model, load_models
from sim.files.agreements.reading import general_agreement, read_agreement_file
from sim.files.agreements.rules import load_agreement_rules
from sim.files.folder import Folder
from sim.files.lint import lint
from sim.files.places import profiles_folder, scenarios_folder, shipped_scenarios
from sim.files.problems import InputError, Problems
from sim.files.profiles import read_profiles
from sim.files.toml_values import toml_value
from tests.unit.files.folders import Folders

MODELS = load_models()
TOPICS = load_agreement_rules().topics
PROFILES = read_profiles(profiles_folder(), Problems())

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: Path(model.file).stem)


def test_there_is_one_for_each_profile_and_core_task() -> None:
    wanted = {
        (profile.id, task)
        for profile in PROFILES.by_id.values()
        if profile.kind == "partner"
        for task in profile.core_tasks
    }
    assert len(wanted) == 8
    assert sorted((model.profile.id, model.entry.core_task) for model in MODELS) == sorted(wanted)


@each_model
def test_themes_and_norms_of_a_model(model: Model) -> None:
    agreement = model.agreement
    assert {*agreement.needs, *agreement.asked, *agreement.seconded_themes} <= set(PROFILES.themes)
    norms = [getattr(agreement, name) for name in ("acknowledge", "initial_picture", "correction", "switch")]
    assert {norm.source for norm in norms if norm is not None} == {"exercise"}


@each_model
def test_a_model_names_nobody(model: Model) -> None:
    names = {
        file.stem.split(".")[0]
        for name in shipped_scenarios()
        for file in (scenarios_folder() / name / "agreements").glob("*.toml")
    }
    said = " ".join(f"{text.nl} {text.en}" for text in model.agreement.texts.values()).lower().split()
    assert names
    assert names & set(said) == set()


def test_profiles_differ_in_what_was_agreed() -> None:
    texts = [model.agreement.texts["process.information_use"] for model in MODELS]
    assert len(set(texts)) == 5


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('partner = "model"', 'partner = "enexis"', "partner: expected 'model' in the library"),
        (
            'partner = "model"',
            'partner = "model"\nregions = ["vr24"]',
            "regions: expected nothing, as a model is",
        ),
        ('core_task = "B"', 'core_task = "A"', "core-b.toml: expected the name core-a.toml"),
        ('core_task = "B"', 'core_task = "C"', "core_task: expected a core task that profile core is for"),
        ('profile = "core"', 'profile = "cor"', "profile: expected a file of profiles/"),
        ('profile = "core"', "profile = ", "core-b.toml: line"),
    ],
)
def test_mistakes_in_a_model(folders: Folders, old: str, new: str, expected: str) -> None:
    text = (profiles_folder() / "agreements/core-b.toml").read_text("utf-8")
    folders.write_profile("agreements/core-b.toml", text.replace(old, new))

    with pytest.raises(InputError) as caught:
        load_models(folders.profiles)

    assert any(expected in str(problem) for problem in caught.value.errors), caught.value.errors


# Agreements to fill in ------------------------------------------------------------------------------


def form(*regions: str, adoption_region: str | None = None, name: str | None = None) -> Form:
    return Form("enexis", regions, adoption_region, name, "enexis.toml")


@each_model
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_form_reads_back_as_the_model(tmp_path: Path, model: Model, language: Language) -> None:
    text = write_form(form("vr23", "vr24", name='Net "beheer"'), model, TOPICS, language)
    (tmp_path / "enexis.toml").write_text(text, "utf-8")

    result = lint(tmp_path / "enexis.toml")
    assert (result.errors, result.warnings) == ((), ())
    file = read_agreement_file(Folder(tmp_path, Problems()), "enexis.toml")
    assert file is not None
    agreement = general_agreement(file)
    assert agreement.texts == model.agreement.texts
    assert (agreement.partner, agreement.regions, agreement.phase) == (
        "enexis",
        ("vr23", "vr24"),
        "elaboration",
    )
    assert agreement.acknowledge == model.agreement.acknowledge
    assert agreement.levels == model.agreement.levels
    assert file.entry.name is not None
    assert file.entry.name.nl == 'Net "beheer"'


@each_model
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_form_asks_every_question(model: Model, language: Language) -> None:
    comments = " ".join(
        line.removeprefix("#").strip()
        for line in write_form(form(), model, TOPICS, language).splitlines()
        if line.startswith("#")
    )
    plain = " ".join(comments.split())
    for topic in TOPICS:
        assert f"{topic.number}. {topic.name.in_language(language)} ({topic.source})" in plain
        for question in topic.questions:
            assert question.in_language(language) in plain


@each_model
def test_every_key_is_shown_and_examples_can_be_taken_over(tmp_path: Path, model: Model) -> None:
    text = write_form(form("vr21", "vr23", "vr24", adoption_region="vr24"), model, TOPICS, "en")
    for topic in TOPICS:
        if topic.part == "general" or not topic.holds_for(model.profile.id):
            continue
        _, _, rest = text.partition(f"\n[{topic.id}]\n")
        section = rest.partition("\n[")[0]
        for term in topic.keys:
            key = term.key.rpartition(".")[2]
            assert f"\n{key} = " in section or f"\n# {key} = {term.example}" in section, term.key


def test_topics_that_are_not_needed_say_why() -> None:
    link = next(model for model in MODELS if model.profile.id == "link")
    text = write_form(form("vr24"), link, TOPICS, "en")
    assert "Not needed under this profile: the partner does not read in the tool" in text
    assert "\n# [process.monitoring]\n" in text
    assert "monitoring" not in tomllib.loads(text)["process"]


def test_without_regions_the_collaboration_is_explored(tmp_path: Path) -> None:
    text = write_form(form(), MODELS[0], TOPICS, "nl")
    (tmp_path / "enexis.toml").write_text(text, "utf-8")
    assert tomllib.loads(text)["phase"] == "exploration"
    assert lint(tmp_path / "enexis.toml").errors == ()


# Values of TOML -------------------------------------------------------------------------------------

KEYS = st.text("abc-_", min_size=1)
SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=8)


@given(VALUES)
def test_values_read_back_as_they_were(value: object) -> None:
    assert tomllib.loads(f"key = {toml_value(value)}")["key"] == value


def test_what_toml_has_no_word_for() -> None:
    with pytest.raises(TypeError, match="expected a value of TOML, was NoneType"):
        toml_value(None)
