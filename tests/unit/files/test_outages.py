"""What is read of ``[[outages]]``, and what is said of one that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.world.technology import Outage, OutageType
from sim.files.lint import lint
from sim.files.scenario.loading import load_scenario
from tests.unit.files.folders import Folders

TITLE = 'title = { nl = "storing", en = "outage" }'


def entry(
    name: str = "o-1", kind: str = "rights", at: str = "1h", until: str = 'until = "2h"', more: str = ""
) -> str:
    return f'\n[[outages]]\nid = "{name}"\ntype = "{kind}"\nfrom = "{at}"\n{until}\n{TITLE}\n{more}\n'


def write(folders: Folders, *entries: str) -> None:
    path = folders.scenario / "scenario.toml"
    path.write_text(path.read_text("utf-8") + "".join(entries), "utf-8")


def said(folders: Folders, *entries: str) -> list[str]:
    write(folders, *entries)
    found = lint(folders.scenario, folders.profiles)
    return [str(problem) for problem in (*found.errors, *found.warnings) if "outages" in str(problem)]


def test_what_is_read(folders: Folders) -> None:
    write(
        folders,
        entry("o-2", "partition", "2h", 'duration = "30m"', 'parties = ["wl", "vr24"]\nsession = "10m"'),
        entry("o-1", "broker"),
    )
    first, second = load_scenario(folders.scenario, folders.profiles).outages

    assert (first.id, first.type, first.from_ms, first.until_ms) == (
        "o-1",
        OutageType.BROKER,
        HOUR_MS,
        2 * HOUR_MS,
    )
    assert (first.parties, first.session_ms, first.source) == ((), HOUR_MS, "exercise")
    assert second == Outage(
        id="o-2",
        type=OutageType.PARTITION,
        from_ms=2 * HOUR_MS,
        until_ms=2 * HOUR_MS + 30 * MINUTE_MS,
        parties=("vr24", "wl"),
        title=first.title,
        session_ms=10 * MINUTE_MS,
    )


@pytest.mark.parametrize(
    ("mistake", "line"),
    [
        (
            entry(until='until = "30m"'),
            "until: expected an end after it begins (T+01:00:00), found T+00:30:00",
        ),
        (entry(until='duration = "0s"'), "duration: expected "),
        (entry(until=""), "until: expected a moment, or a duration instead, found neither"),
        (
            entry(until='until = "2h"\nduration = "1h"'),
            "until: expected a moment, or a duration instead, found both",
        ),
        (entry(at="9d"), "from: expected "),
        (entry(more='parties = ["wk"]'), "parties[0]: expected a party of the scenario"),
        (entry(more='parties = ["wl", "wl"]'), "parties[1]: expected every name once"),
        (
            entry(more='parties = ["camping"]'),
            (
                "parties[0]: expected a party that works in the tool, found 'camping' with profile ad-hoc, "
                "which works outside it"
            ),
        ),
        (
            entry(kind="broker", more='parties = ["wl"]'),
            "parties: expected nothing, because broker strikes everybody, found ",
        ),
        (entry(kind="flood"), "type: expected "),
        (entry(kind="retained-lost"), "until: expected nothing, because retained-lost is over at once"),
        (
            entry(kind="slow-link"),
            "delay: expected the shortest and longest time that a message is under way",
        ),
        (entry(kind="slow-link", more='delay = ["1s", "5s"]\nloss = 1.5'), "loss: expected "),
        (
            entry(kind="slow-link", more='delay = ["1s", "5s"]\nloss = 0.5'),
            "retry: expected a time after which what was lost is sent again, found nothing",
        ),
        (entry(more='delay = ["1s", "5s"]'), "delay: expected only keys that an outage of type rights uses"),
        (entry(more='source = "Q"'), "source: expected "),
        (entry(more='session = "x"'), "session: expected "),
        (entry(more='session = "5m"'), "session: expected only keys that an outage of type rights uses"),
        (entry(more="loss = 0.5"), "loss: expected only keys that an outage of type rights uses"),
        (entry(more='retry = "5m"'), "retry: expected only keys that an outage of type rights uses"),
        (entry(more='offset = "5m"'), "offset: expected only keys that an outage of type rights uses"),
        (entry(kind="slow-link", more='delay = ["5s", "1s"]'), "delay: expected "),
        (entry(kind="retained-lost", until='duration = "1m"'), "duration: expected nothing, because "),
        (
            entry(kind="retained-lost", until="", more='parties = ["wl"]'),
            "parties: expected nothing, because ",
        ),
        (entry(until='until = "9d"'), "until: expected "),
        (entry(until='duration = "soon"'), "duration: expected a duration"),
        (
            entry(kind="slow-link", more='delay = ["1s", "5s"]\nloss = 0.5\nretry = "x"'),
            "retry: expected a duration",
        ),
        (
            entry(kind="clock", more='parties = ["wl"]'),
            "offset: expected how far the clock is ahead, or with a - before it behind, found nothing",
        ),
        (
            entry(kind="clock", more='offset = "2h"'),
            "parties: expected the parties whose clock is wrong, found nothing: the outage reaches nobody",
        ),
        (
            entry(kind="clock", more='parties = ["wl"]\noffset = "0s"'),
            "offset: expected a time that is not the same, found '0s'",
        ),
        (
            entry(kind="clock", more='parties = ["wl"]\noffset = "+2h"'),
            "offset: expected a duration such as ",
        ),
        (
            entry(kind="clock", more='parties = ["wk"]\noffset = "2h"'),
            "parties[0]: expected a party of the scenario",
        ),
    ],
)
def test_one_clear_line(folders: Folders, mistake: str, line: str) -> None:
    found = said(folders, mistake)
    assert [one for one in found if one.startswith(f"scenario.toml: outages[o-1].{line}")], found


def test_outages_that_strike_one_party_at_the_same_time(folders: Folders) -> None:
    found = said(
        folders,
        entry("o-1", more='parties = ["wl"]'),
        entry("o-2", at="90m", until='until = "3h"', more='parties = ["vr24", "wl"]'),
        entry("o-3", "partition", "3h", 'until = "4h"', 'parties = ["wl"]'),
        entry("o-4", "broker", "210m", 'duration = "1m"'),
    )
    assert found == [
        (
            "scenario.toml: outages[o-2].from: expected a time after o-1 is over (T+02:00:00), which also strikes wl, "
            "found T+01:30:00"
        ),
        (
            "scenario.toml: outages[o-4].from: expected a time after o-3 is over (T+04:00:00), which also strikes wl, "
            "found T+03:30:00"
        ),
    ]


def test_a_clock_can_be_wrong_while_something_else_fails_but_only_by_one_error_at_a_time(
    folders: Folders,
) -> None:
    clock = 'parties = ["camping", "wl"]\noffset = "-20m"'
    found = said(
        folders,
        entry("o-1", more='parties = ["wl"]'),
        entry("o-2", "clock", "90m", 'until = "3h"', clock),
        entry("o-3", "partition", "2h", 'until = "4h"', 'parties = ["wl"]'),
        entry("o-4", "clock", "2h", 'until = "4h"', 'parties = ["wl"]\noffset = "1h"'),
    )
    assert found == [
        (
            "scenario.toml: outages[o-4].from: expected a time after o-2 is over (T+03:00:00), which also strikes wl, "
            "found T+02:00:00"
        )
    ]


def test_an_outage_of_the_tool_reaches_nobody_where_nobody_works_in_it(folders: Folders) -> None:
    path = folders.scenario / "scenario.toml"
    in_tool = ("region", "core", "standby")
    text = path.read_text("utf-8")
    for profile in in_tool:
        text = text.replace(f'profile = "{profile}"', 'profile = "ad-hoc"')
    path.write_text(text, "utf-8")
    expected = "a party that works in the tool, found none: the outage reaches nobody"
    assert f"scenario.toml: outages[o-1].parties: expected {expected}" in said(folders, entry())


def test_outages_stand_in_files_that_are_added_too_and_are_held_against_those_of_the_scenario(
    folders: Folders, tmp_path: Path
) -> None:
    write(folders, entry("o-1", "broker"))
    added = tmp_path / "more.toml"
    added.write_text(entry("o-2", "rights", "30m", 'until = "1h"'), "utf-8")
    outages = load_scenario(folders.scenario, folders.profiles, faults=[added]).outages
    assert [one.id for one in outages] == ["o-2", "o-1"]

    added.write_text(entry("o-2", "rights", "90m", 'until = "3h"'), "utf-8")
    (problem,) = lint(folders.scenario, folders.profiles, faults=[added]).errors
    assert str(problem).startswith(
        f"{added}: outages[o-2].from: expected a time after o-1 is over (T+02:00:00)"
    )

    added.write_text(entry("o-1", "rights", "30m", 'until = "1h"'), "utf-8")
    (problem,) = lint(folders.scenario, folders.profiles, faults=[added]).errors
    assert "outages[o-1].id: expected an id of its own" in str(problem)


def test_an_id_is_not_shared_with_a_fault(folders: Folders) -> None:
    (found,) = said(folders, entry("f-hole"))
    assert found.startswith(
        "scenario.toml: outages[f-hole].id: expected an id of its own, found 'f-hole', which"
    )
