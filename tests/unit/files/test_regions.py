from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.model.party import REGIONS_IN_COUNTRY
from sim.files.agreements.reading import REGION_CODES
from sim.files.places import profiles_folder
from sim.files.problems import Problems
from sim.files.regions import read_regions


def test_the_country_has_its_safety_regions() -> None:
    problems = Problems()

    regions = read_regions(profiles_folder(), problems)

    assert not problems.found
    assert len(regions) == REGIONS_IN_COUNTRY
    assert {region.code for region in regions} == REGION_CODES
    assert [region.code for region in regions] == sorted(REGION_CODES)
    assert len({region.name.nl for region in regions}) == len({region.name.en for region in regions}) == 25
    assert regions[23].name.nl == "Zuid-Limburg"


ENTRY = '[[regions]]\ncode = "vr01"\nname = { nl = "Noord", en = "North" }\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENTRY + ENTRY, "regions[vr01].code: expected a code of its own, found 'vr01' twice"),
        ("region = []", "region: expected [[regions]] (did you mean 'regions'?), found the unknown key"),
        (ENTRY.replace("nl =", "nll ="), "regions[vr01].name.nll: expected the key 'nl'"),
        ("regions = 4", "regions: expected a list of tables [[regions]], found 4"),
        ("regions = [", "expected TOML, found a mistake"),
    ],
)
def test_mistake(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "regions.toml").write_text(text, encoding="utf-8")
    problems = Problems()

    read_regions(tmp_path, problems)

    found = [str(problem) for problem in problems.errors]
    assert any(line.startswith("profiles/regions.toml: ") and expected in line for line in found), found


def test_no_file(tmp_path: Path) -> None:
    problems = Problems()

    assert read_regions(tmp_path, problems) == ()
    assert [str(problem) for problem in problems.errors] == [
        "profiles/regions.toml: expected a file, found none of this name"
    ]
