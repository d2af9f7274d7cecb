"""The topics and preconditions that come with the product, and mistakes in those of others."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from sim.core.model.agreement_topics import GENERAL, AgreementTopic
from sim.files.agreement_rules import load_agreement_rules, read_agreement_rules
from sim.files.agreement_shapes import AgreementEntry, TopicEntry
from sim.files.agreement_terms import PARTS, TERMS
from sim.files.places import profiles_folder
from sim.files.problems import InputError, Problems, Where
from sim.files.profiles import read_profiles
from sim.files.tables import read_table
from tests.unit.files.folders import Folders

RULES = load_agreement_rules()
PROFILES = {
    name
    for name, profile in read_profiles(profiles_folder(), Problems()).by_id.items()
    if profile.kind == "partner"
}


def tables() -> dict[str, type[TopicEntry]]:
    """Return the table of each topic of an agreement file, by the id of the topic."""
    parts = {field.name: field.type for field in msgspec.structs.fields(AgreementEntry)}
    return {
        f"{part}.{field.name}": field.type for part in PARTS for field in msgspec.structs.fields(parts[part])
    }


def test_every_table_of_an_agreement_file_is_a_topic_and_every_topic_a_table() -> None:
    assert [topic.id for topic in RULES.topics if topic.part != GENERAL] == list(tables())


def test_general_topics_are_keys_at_the_top() -> None:
    known = {field.name for field in msgspec.structs.fields(AgreementEntry)}
    general = [topic for topic in RULES.topics if topic.part == GENERAL]
    assert [topic.id for topic in general] == ["general.regions", "general.core_task", "general.profile"]
    assert {term.key for topic in general for term in topic.keys} <= known


def test_every_key_of_a_table_is_told_and_none_that_is_not_there() -> None:
    told = {topic.id: [term.key for term in topic.keys] for topic in RULES.topics}
    for name, table in tables().items():
        keys = [field.name for field in msgspec.structs.fields(table) if field.name != "text"]
        assert told[name] == [f"{name}.{key}" for key in keys], name
    assert {key for name, keys in told.items() if not name.startswith(GENERAL) for key in keys} == set(TERMS)


@pytest.mark.parametrize(
    "topic", [each for each in RULES.topics if each.part != GENERAL], ids=lambda each: each.id
)
def test_examples_can_be_written_so(topic: AgreementTopic) -> None:
    table = tables()[topic.id]
    problems = Problems()
    for term in topic.keys:
        value = tomllib.loads(f"{term.key.rpartition('.')[2]} = {term.example}")
        assert read_table(table, value, Where(problems, "example")) is not None
    assert problems.errors == ()


def test_topics_are_numbered_as_in_the_modeluitwerking() -> None:
    numbers: dict[str, list[int]] = {}
    for topic in RULES.topics:
        numbers.setdefault(topic.part, []).append(topic.number)
        assert topic.source.startswith("Modeluitwerking")
        assert re.search(rf"\b{topic.number}$", topic.source)
        assert topic.questions
    assert numbers == {
        "general": [1, 2, 3],
        "process": list(range(4, 14)),
        "organisation": [1, 2, 3, 4],
        "people": [1, 2],
        "technology": [1, 2, 3, 4],
    }


def test_why_a_topic_is_not_for_a_profile_is_told() -> None:
    for topic in RULES.topics:
        assert set(topic.not_for) <= PROFILES
        assert bool(topic.not_for) is (topic.why_not is not None), topic.id


def test_preconditions_are_those_of_the_tables() -> None:
    count = Counter(
        (profile, each.source[-7:], each.dimension)
        for each in RULES.preconditions
        for profile in each.profiles
    )
    assert count == {
        ("standby", "Tabel 3", "organisation"): 6,
        ("standby", "Tabel 3", "process"): 4,
        ("standby", "Tabel 3", "people"): 2,
        ("standby", "Tabel 3", "technology"): 3,
        ("link", "Tabel 4", "organisation"): 2,
        ("link", "Tabel 4", "process"): 1,
        ("link", "Tabel 4", "technology"): 1,
        ("structural", "Tabel 4", "organisation"): 5,
        ("structural", "Tabel 4", "process"): 4,
        ("structural", "Tabel 4", "people"): 2,
        ("structural", "Tabel 4", "technology"): 3,
        ("core", "Tabel 4", "organisation"): 5,
        ("core", "Tabel 4", "process"): 6,
        ("core", "Tabel 4", "people"): 2,
        ("core", "Tabel 4", "technology"): 3,
    }


def test_no_precondition_rests_on_a_topic_that_is_not_for_its_profile() -> None:
    topics = {topic.id: topic for topic in RULES.topics}
    assert [
        (each.id, name)
        for each in RULES.preconditions
        for name in each.topics
        for profile in each.profiles
        if not topics[name].holds_for(profile)
    ] == []


def test_a_folder_of_profiles_may_have_neither(folders: Folders) -> None:
    rules = load_agreement_rules(folders.profiles)
    assert (rules.topics, rules.preconditions) == ((), ())


TOPIC = """
[[topics]]
id = "process.alerting"
number = 5
source = "test"
name = { nl = "x", en = "x" }
explanation = { nl = "x", en = "x" }
questions = []
"""
PRECONDITION = """
[[preconditions]]
id = "alarm"
profiles = ["core"]
dimension = "process"
text = { nl = "x", en = "x" }
source = "test"
topics = ["process.alerting"]
terms = ["process.alarming.level"]
"""


@pytest.mark.parametrize(
    ("topics", "preconditions", "expected"),
    [
        (
            TOPIC * 2,
            PRECONDITION,
            "agreement-topics.toml: topics[process.alerting].id: expected an id of its own",
        ),
        (TOPIC, PRECONDITION * 2, "preconditions.toml: preconditions[alarm].id: expected an id of its own"),
        (
            TOPIC.replace("alerting", "alarming"),
            PRECONDITION,
            "preconditions[alarm].topics[0]: expected a topic of agreement-topics.toml",
        ),
        (
            TOPIC,
            PRECONDITION.replace("alarming.level", "alarming.levl"),
            "preconditions[alarm].terms[0]: expected a key of an agreement file (did you mean 'process.alarming.level'",
        ),
        (
            TOPIC,
            PRECONDITION.replace('"process"', '"proces"'),
            "preconditions[alarm].dimension: expected one of",
        ),
        (TOPIC.replace("number = 5", ""), PRECONDITION, "topics[process.alerting].number: expected a value"),
        ("[[topic]]\n", PRECONDITION, "agreement-topics.toml: topic: expected the list [[topics]]"),
        ("topics = ", PRECONDITION, "agreement-topics.toml: end of document: expected TOML"),
    ],
)
def test_mistakes(folders: Folders, topics: str, preconditions: str, expected: str) -> None:
    folders.write_profile("agreement-topics.toml", topics)
    folders.write_profile("preconditions.toml", preconditions)

    with pytest.raises(InputError) as caught:
        load_agreement_rules(folders.profiles)

    assert any(expected in str(problem) for problem in caught.value.errors), caught.value.errors


def test_terms_are_read_as_fields(folders: Folders, tmp_path: Path) -> None:
    folders.write_profile("agreement-topics.toml", TOPIC)
    folders.write_profile("preconditions.toml", PRECONDITION)
    (precondition,) = read_agreement_rules(folders.profiles, Problems()).preconditions
    assert precondition.terms == ("alarm_level",)
