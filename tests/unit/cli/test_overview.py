from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from sim.cli.output import Speaker
from sim.cli.overview import print_overview, region_codes
from sim.core.model.collaboration import Listed
from sim.core.model.party import CoreTask
from sim.core.model.text import Language, Text
from tests.unit.core.model.overviews import REGIONS, addition, exercised, listed, overview


@pytest.mark.parametrize(
    ("codes", "short"),
    [
        ((), ""),
        (("vr24",), "VR24"),
        (("vr23", "vr24"), "VR23 VR24"),
        (("vr01", "vr02", "vr03", "vr09"), "VR01-VR03 VR09"),
        (("vr01", "vr03", "vr04", "vr05"), "VR01 VR03-VR05"),
        (REGIONS, "VR01-VR25"),
    ],
)
def test_regions_in_a_row_are_shown_in_short(codes: tuple[str, ...], short: str) -> None:
    assert region_codes(codes) == short


def shown(*entries: Listed, language: Language = "en", width: int = 100) -> str:
    written = StringIO()
    print_overview(overview(*entries), Console(file=written, width=width, highlight=False), Speaker(language))
    return written.getvalue()


def joined(text: str) -> str:
    return " ".join(text.split())


def test_what_the_table_tells() -> None:
    text = joined(
        shown(
            listed(
                REGIONS,
                name=Text("Net", "[red]Grid[/red]"),
                adoption_region="vr09",
                exercised=(exercised("2024-01-01"), exercised("2025-01-01"), exercised("2026-01-01")),
            ),
            listed(
                ("vr01",), core_task=CoreTask.SERVICE_PROVIDER, adoption_region="vr01", phase="exploration"
            ),
            addition("vr02"),
            addition("vr03", partner="stray"),
            width=400,
        )
    )

    for told in (
        "[red]Grid[/red]",
        "national",
        "VR01-VR25",
        "addition of",
        "VR02",
        "region VR01",
        "2026-01-01 flood: words; and 2 before",
        "not known",
        "C service provider",
        "exploration",
        "More than one adoption region",
        "[red]Grid[/red]: VR01 VR09",
        "stray: manager · full en · VR03",
        "Partners: 2 · agreements: 3 · findings:",
    ):
        assert told in text, told


def test_each_kind_of_finding_is_told_once() -> None:
    text = joined(shown(listed(partner="air"), listed(partner="water")))

    assert text.count("In execution, but no joint exercise is known.") == 1
    assert "air: manager · full en · VR24 water: manager · full en · VR24" in text


@pytest.mark.parametrize(("language", "words"), [("nl", "geen"), ("en", "none")])
def test_nothing_to_show(language: Language, words: str) -> None:
    assert joined(shown(language=language)).count(words) >= 2


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_table_fits_into_100_columns(language: Language) -> None:
    text = shown(listed(("vr22", "vr23", "vr24"), adoption_region="vr22"), language=language)

    assert max(len(line.rstrip()) for line in text.splitlines()) <= 100
