from __future__ import annotations

import pytest

from sim.core.model.agreement import Norm
from sim.core.model.time import MINUTE_MS
from sim.files.agreements.single import SingleAgreement, load_single_agreement
from sim.files.problems import InputError
from tests.unit.files.folders import Folders

ADDITION = """
partner = "wl"
core_task = "B"
profile = "core"
addition_of = "vr24"

[process.pictures]
initial_picture = { limit = "20m", source = "exercise" }
"""


def load(folders: Folders, name: str) -> SingleAgreement:
    return load_single_agreement(folders.scenario / "agreements" / name, folders.profiles)


def test_a_general_agreement(folders: Folders) -> None:
    single = load(folders, "wl.toml")
    assert single.profile.id == "core"
    assert single.agreement.regions == ("vr24", "vr23")
    assert single.terms["alarm_level"] == 2
    assert "alarm_contacts" not in single.terms


def test_what_a_region_adds_comes_with_the_general_agreement(folders: Folders) -> None:
    folders.write("agreements/wl.vr24.toml", ADDITION)
    folders.write("agreements/a.toml", "no TOML")
    single = load(folders, "wl.vr24.toml")
    assert single.agreement.regions == ("vr24",)
    assert single.agreement.initial_picture == Norm(20 * MINUTE_MS, "exercise")
    assert single.terms["alarm_level"] == 2
    assert single.terms["initial_picture"] == Norm(20 * MINUTE_MS, "exercise")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("none.toml", None, "none.toml: expected a file"),
        (
            "wl.x.toml",
            ADDITION.replace("vr24", "vr25"),
            "addition_of: expected one of the regions of the general",
        ),
        (
            "wl.x.toml",
            ADDITION.replace('"B"', '"A"'),
            "addition_of: expected the general agreement that it adds to",
        ),
        ("wl.x.toml", ADDITION.replace('"core"', '"cor"'), "profile: expected a file of profiles/"),
    ],
)
def test_mistakes(folders: Folders, name: str, text: str | None, expected: str) -> None:
    if text is not None:
        folders.write(f"agreements/{name}", text)
    with pytest.raises(InputError, match=expected.replace("(", r"\(")):
        load(folders, name)
