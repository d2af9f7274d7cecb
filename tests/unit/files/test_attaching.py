"""Who attaches through the process of another party, and who may involve it (Beleidskader par. 2.2.2)."""

from __future__ import annotations

from sim.files.lint import lint
from tests.unit.files.folders import POST_RIGHTS, Folders, profile

STANDBY = 'profile = "standby"\ncore_task = "C"\n'
INVITE = 'at = "2h"\nto = "vr24"'
TO_ANYBODY = POST_RIGHTS.replace("post/{region}/{party}/+", "post/+/{party}/+")


def errors(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]


def attach(folders: Folders, through: str) -> None:
    """Have the standby partner attach through another party."""
    folders.change(STANDBY, f'{STANDBY}through = "{through}"\n')


def test_a_party_to_attach_through_decides_on_involving_others(folders: Folders) -> None:
    attach(folders, "wl")
    assert errors(folders) == []
    text = profile("core", "partner", '["A", "B"]', "post", POST_RIGHTS)
    folders.write_profile("partners/core.toml", text.replace('"mandating", ', ""))
    expected = "expected a party whose profile decides on involving others (behaviour mandating)"
    assert errors(folders) == [
        f"scenario.toml: parties[rode-kruis].through: {expected}, found 'wl' with profile core"
    ]


def test_who_takes_a_partner_in_through_its_process_may_invite_it(folders: Folders) -> None:
    attach(folders, "wl")
    folders.change(INVITE, INVITE.replace("vr24", "wl"))
    (refused,) = errors(folders)
    assert "expected a party that may write post/rode-kruis/wl/invitation under its profile" in refused
    folders.write_profile("partners/core.toml", profile("core", "partner", '["A", "B"]', "post", TO_ANYBODY))
    assert errors(folders) == []


def test_nobody_else_may_invite(folders: Folders) -> None:
    folders.write_profile("partners/core.toml", profile("core", "partner", '["A", "B"]', "post", TO_ANYBODY))
    folders.change(INVITE, INVITE.replace("vr24", "wl"))
    place = "scenario.toml: injects[i-invite].to: expected 'vr24', which directs hoogwater"
    assert errors(folders) == [f"{place}, found 'wl', told to invite"]
    attach(folders, "vr24")
    through = ", or 'vr24', through which rode-kruis attaches"
    assert errors(folders) == [f"{place}{through}, found 'wl', told to invite"]
