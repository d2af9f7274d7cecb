from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from sim.core.model.collaboration import Assessed, Exercised, Listed, TookPart
from sim.core.model.overview import overview_of
from sim.core.model.party import CoreTask
from sim.core.model.text import Language, Text
from sim.report.overview import OverviewWords, overview_page, short_names
from tests.unit.core.model.overviews import (
    COUNTRY,
    PROFILES,
    REGIONS,
    addition,
    exercised,
    listed,
    overview,
    took_part,
)
from tests.unit.core.model.registers import held, moment, outcome, point, progress, shown

EVIL = Text("<b>x</b> & \"'</td>", "<b>x</b> & \"'</td>")
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed where it should be."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), f"{tag} has an attribute twice"
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)
        if {"td", "th"} & set(self.open):
            self.cells[-1] += data

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.seen if tag == name]


def read(*entries: Listed, language: Language = "en", exercises: tuple[TookPart, ...] = ()) -> Reader:
    reader = Reader()
    reader.feed(overview_page(overview(*entries, exercises=exercises), language))
    reader.close()
    assert reader.open == []
    return reader


def everything() -> list[Listed]:
    """Return agreements of every kind that the page shows differently."""
    told = exercised(exercise=EVIL.nl)
    return [
        listed(REGIONS, name=EVIL, adoption_region="vr09", assessed=Assessed("2024-01-01", "certified")),
        listed(("vr01",), core_task=CoreTask.SERVICE_PROVIDER, adoption_region="vr01", phase="exploration"),
        addition("vr01", core_task=CoreTask.SERVICE_PROVIDER, phase="exploration"),
        addition("vr02", phase="elaboration"),
        listed(("vr03",), partner="water", profile="loose", exercised=(told, exercised("2025-04-01"))),
        addition("vr04", partner="stray"),
        listed(("vr05",), partner="quiet", phase="elaboration"),
    ]


RUN = took_part(("vr24",), exercised=exercised(advice="performance met", run="r-7", complete=False))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("entries", [[], everything()], ids=["nothing", "everything"])
def test_the_page_is_well_formed_in_both_languages(language: Language, entries: list[Listed]) -> None:
    page = read(*entries, language=language, exercises=(RUN,))

    assert page.tags("html") == [{"lang": language}]
    assert len(page.tags("h1")) == len(page.tags("title")) == len(page.tags("main")) == 1
    ids = [attributes["id"] for _, attributes in page.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    pointed = [
        attributes["aria-labelledby"] for _, attributes in page.seen if "aria-labelledby" in attributes
    ]
    links = [str(attributes["href"]).removeprefix("#") for attributes in page.tags("a")]
    assert {*pointed, *links} <= set(ids)


def test_every_row_of_every_table_is_as_wide_as_its_head() -> None:
    page = read(*everything())

    assert all("scope" in attributes for attributes in page.tags("th"))
    spans = [int(str(attributes["rowspan"])) for attributes in page.tags("th") if "rowspan" in attributes]
    matrix = 26 * 5
    findings = len(overview(*everything()).findings)
    rows = 5
    assert sum(spans) == rows + findings
    assert len(page.cells) == (7 + 6 * rows) + (4 + 3 * findings) + len(spans) + matrix


def test_the_page_needs_nothing_from_elsewhere() -> None:
    source = overview_page(overview(*everything()), "en")
    page = read(*everything())

    assert not {tag for tag, _ in page.seen} & {"script", "link", "img", "iframe", "object"}
    assert not [attributes for _, attributes in page.seen if "src" in attributes]
    assert not re.search(r"url\(|@import|https?:|//", source.replace("<!DOCTYPE", ""))


def test_what_comes_from_files_is_escaped() -> None:
    source = overview_page(overview(*everything(), exercises=(RUN,)), "nl")
    page = read(*everything(), language="nl", exercises=(RUN,))

    assert page.tags("b") == []
    assert "<b>" not in source
    assert "&lt;b&gt;x&lt;/b&gt; &amp;" in source
    assert page.words.count("<b>x</b> & \"'</td>") >= 3, "in both tables and as an exercise"


def test_the_matrix_says_in_words_what_its_signs_say() -> None:
    page = read(*everything(), language="en")

    cells = [" ".join(cell.split()) for cell in page.cells]
    both = "Full?◆+full en, service provider, exploration, adoption region, with an addition of its own"
    assert any(cell.endswith(both) and cell.startswith("Fullfull en, manager, execution") for cell in cells)
    assert "Full◆full en, manager, execution, adoption region" in cells
    assert "Loosloose en, manager, execution" in cells
    assert "Full?full en, manager, elaboration" in cells


def test_the_tables_tell_of_scope_assessment_and_exercises() -> None:
    entries = [
        *everything(),
        listed(("vr24",), partner="late", assessed=Assessed("2024-01-01", "conditional")),
    ]
    words = read(*entries, exercises=(RUN,)).words

    for told in (
        "national",
        "adoption region VR09",
        "all 25 safety regions",
        "addition of VR02 (elaboration)",
        "addition of VR01",
        "2024-01-01, position: certified collaboration",
        "2024-01-01, position: conditional collaboration",
        "not assessed",
        "no assessment for this profile",
        "2025-03-14 flood, advice: words (not up to the planned end) (run r-7)",
        "2025-04-01 flood: words",
        "not known",
        "More than one adoption region",
        "never a certificate",
    ):
        assert told in words, told


def test_an_empty_overview_says_so() -> None:
    words = read().words

    assert "There are no agreements." in words
    assert "Nothing." in words


def test_the_page_is_the_same_each_time() -> None:
    pages = {overview_page(overview(*entries), "nl") for entries in (everything(), everything()[::-1])}

    assert len(pages) == 1


@pytest.mark.parametrize(
    ("names", "shorts"),
    [
        (["structural", "standby", "core"], ["Stru", "Stan", "Core"]),
        (["standby", "standard"], ["Standb", "Standa"]),
        (["ad hoc connection", "ad"], ["Ad h", "Ad"]),
        (["ad-hoc", "ad-", "x"], ["Ad-h", "Ad", "X"]),
        (["same", "same"], ["Same", "Same"]),
        (["link", "linked"], ["Link", "Linke"]),
        ([], []),
    ],
)
def test_short_names_tell_profiles_apart(names: list[str], shorts: list[str]) -> None:
    found = short_names(names)

    assert [found[name] for name in names] == shorts


def test_a_region_without_a_name_is_its_code() -> None:
    words = OverviewWords(overview(), "en")

    assert words.region("vr24") == "VR24"
    assert words.region("elsewhere") == "elsewhere"


def test_the_result_of_an_exercise_ends_without_a_full_stop() -> None:
    told = Exercised(on="2025-03-14", exercise="flood", result=Text("Verliep goed.", "Went well."))

    assert OverviewWords(overview(), "nl").exercise(told) == "2025-03-14 flood: Verliep goed"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            [
                "Van oefening naar oefening",
                "2026-01-02 flood, advies: voorwaardelijk",
                "verholpen: 1",
                "open: 1",
                "geen tijd",
                "2026-03-01, VR24: SitRep korter.",
                "gepland 2027-03-01",
            ],
        ),
        (
            "en",
            [
                "From one exercise to the next",
                "2026-01-02 flood, advice: conditional",
                "mended: 1",
                "planned 2027-03-01",
            ],
        ),
    ],
)
def test_what_came_of_exercises_stands_there_as_registers_tell(language: Language, said: list[str]) -> None:
    told = progress(
        exercises=(held(1), held(2)),
        outcomes=(outcome(1), outcome(2)),
        points=(point("good"), point("bad", minimum=True, by="2026-12-01", obstacle="geen tijd <b>")),
        shown=(shown("good", 2, "mended"), shown("bad", 2, "not mended")),
        moments=(
            moment("peer-review", "2026-03-01", "SitRep korter.", who=("VR24",)),
            moment("evaluation", "2027-03-01"),
        ),
    )
    reader = Reader()
    reader.feed(overview_page(overview_of([listed()], PROFILES, COUNTRY, (), [told]), language))
    reader.close()

    assert reader.open == []
    words = reader.words.replace("\N{NO-BREAK SPACE}", " ")
    assert [each for each in said if each not in words] == []
    assert not reader.tags("b")
    cells = [cell for cell in reader.cells if "2026-01-02 flood" in cell]
    assert len(cells) == 2, "in the table of agreements too, as nothing else tells of an exercise"


def test_without_a_register_there_is_no_such_section() -> None:
    assert "From one exercise" not in read(listed()).words
