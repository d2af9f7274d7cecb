"""Agreements on paper: what is on it, and that HTML, PDF and Word all say it."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from sim.core.model.text import Language
from sim.files.agreements.rules import load_agreement_rules
from sim.files.agreements.single import load_single_agreement
from sim.files.problems import InputError
from sim.report.agreement.html import agreement_html
from sim.report.agreement.paper import AgreementPaper, make_paper
from sim.report.agreement.word_document import agreement_docx
from sim.report.pdf import PANGO_PACKAGES, html_to_pdf

RULES = load_agreement_rules()
MODEL = Path(__file__).parents[3] / "profiles" / "agreements"


def without_pango() -> str | None:
    """Return why no PDF can be made here; None when it can."""
    try:
        html_to_pdf("<p>x</p>")
    except InputError as error:
        return str(error)
    return None


needs_pango = pytest.mark.skipif(without_pango() is not None, reason=str(without_pango()))

AGREEMENT = """
partner = "wl"
core_task = "B"
profile = "{profile}"
regions = {regions}
{more}

[process.alarming]
text = {{ nl = "Bel <eerst> & snel", en = "Call <first> & fast" }}
level = 2
acknowledge = {{ limit = "15m", source = "exercise" }}

[[process.scaling.levels]]
grip = 2
team = "rot"
partner_level = "a\\u0001b"
counterpart = "general-commander"

[[process.scaling.levels]]
grip = 4
team = "rbt"
partner_level = "board"
"""


def paper(
    folder: Path, language: Language = "en", profile: str = "core", regions: str = '["vr24"]', more: str = ""
) -> AgreementPaper:
    file = folder / "wl.toml"
    text = AGREEMENT.format(profile=profile, regions=regions, more=more)
    file.write_text(text.replace('"B"', '"C"') if profile == "standby" else text, "utf-8")
    return make_paper(load_single_agreement(file), RULES, language)


def model(name: str, language: Language = "nl") -> AgreementPaper:
    return make_paper(load_single_agreement(MODEL / f"{name}.toml"), RULES, language)


# What is on it --------------------------------------------------------------------------------------


def test_facts_say_what_the_profile_may_read_and_write(tmp_path: Path) -> None:
    facts = dict(paper(tmp_path, profile="link").facts)
    assert facts["Profile"] == "link collaboration"
    assert facts["Reading in the tool (Tabel 1)"] == "No, information is read outside the tool by the liaison"
    assert facts["Writing in the tool (Tabel 1)"].startswith("No, information is delivered outside the tool")
    assert facts["Core task"] == "B manager"
    assert facts["Regions"] == "VR24"
    assert facts["Phase"] == "execution"
    assert facts["Contact for information"] == "liaison"


def test_parts_are_those_of_the_modeluitwerking(tmp_path: Path) -> None:
    made = paper(tmp_path)
    assert [len(part.topics) for part in made.parts] == [10, 4, 2, 4]
    alarm = next(topic for part in made.parts for topic in part.topics if topic.name == "7. Alarm")
    assert alarm.text == "Call <first> & fast"
    assert [(term.about, *term.lines) for term in alarm.terms] == [
        ("GRIP level at which the partner is alarmed", "from GRIP 2 on"),
        ("from alarm to acknowledgement", "at most 15 min (norm: exercise)"),
    ]
    assert alarm.remark == ""


def test_what_is_empty_and_what_is_not_needed_is_told_apart(tmp_path: Path) -> None:
    made = paper(tmp_path, profile="link")
    remarks = {topic.name: topic.remark for part in made.parts for topic in part.topics}
    assert remarks["5. Alerting"] == "Not filled in yet"
    assert remarks["6. Monitoring"].startswith("Not needed under this profile: the partner does not read")
    assert "Process 5. Alerting" in made.empty
    assert "Process 6. Monitoring" not in made.empty


def test_unmet_preconditions_say_what_would_show_them(tmp_path: Path) -> None:
    made = paper(tmp_path, profile="link")
    assert [each.text for each in made.unmet] == [
        "Crisis team or teams",
        "Liaison",
        "Exchange of information with the directing information manager of the region, outside the tool",
    ]
    assert (
        made.unmet[0].shown_by == "8. Scaling up and down; 1. Keeping up the net-centric crisis organisation"
    )
    assert (made.unmet[0].dimension, made.unmet[0].source) == ("Organisation", "Beleidskader Tabel 4")
    assert made.all_met == ""


def test_a_precondition_that_lacks_a_term(tmp_path: Path) -> None:
    made = paper(tmp_path, profile="standby")
    signalling = next(each for each in made.unmet if each.text.startswith("Signalling"))
    assert signalling.shown_by.endswith("from a signal that something looks wrong to its correction")


@pytest.mark.parametrize(
    ("regions", "more", "signers"),
    [
        ('["vr23", "vr24"]', "", ["wl", "Safety region VR23", "Safety region VR24"]),
        (
            '["vr22", "vr23", "vr24"]',
            'adoption_region = "vr24"\nname = { nl = "Schap", en = "Board" }',
            ["Board", "Safety region VR24, adoption region, on behalf of VR22, VR23"],
        ),
        ("[]", 'phase = "exploration"', ["wl", "Safety region"]),
    ],
)
def test_who_signs(tmp_path: Path, regions: str, more: str, signers: list[str]) -> None:
    assert list(paper(tmp_path, regions=regions, more=more).signers) == signers


def test_the_region_that_adds_something_signs_for_itself(tmp_path: Path) -> None:
    paper(tmp_path, regions='["vr22", "vr23", "vr24"]', more='adoption_region = "vr24"')
    file = tmp_path / "wl.vr23.toml"
    file.write_text('partner = "wl"\ncore_task = "B"\nprofile = "core"\naddition_of = "vr23"\n')
    made = make_paper(load_single_agreement(file), RULES, "en")
    assert made.signers == ("wl", "Safety region VR23")
    assert ("With what was added by region", "VR23") in made.facts


def test_nothing_open() -> None:
    made = model("standby-c", "en")
    assert made.unmet == ()
    assert made.empty == ("General 1. Adoption region and regions involved",)


def test_nothing_open_is_said(tmp_path: Path) -> None:
    text = (MODEL / "link-b.toml").read_text("utf-8")
    (tmp_path / "x.toml").write_text(text.replace('"model"', '"x"\nregions = ["vr24"]'), "utf-8")
    made = make_paper(load_single_agreement(tmp_path / "x.toml"), RULES, "en")
    assert made.empty == ()
    assert made.all_met.startswith("Each topic is filled in")


def test_an_ad_hoc_connection_has_no_preconditions() -> None:
    assert model("ad-hoc-d", "en").all_met.startswith("There are no preconditions for this profile")


# HTML -----------------------------------------------------------------------------------------------


def test_html_says_it_all_and_takes_words_for_words(tmp_path: Path) -> None:
    html = agreement_html(paper(tmp_path, "nl"))
    assert '<html lang="nl">' in html
    assert "Bel &lt;eerst&gt; &amp; snel" in html
    assert "hoogstens 15 min (norm: oefening)" in html
    assert "Wat nog open staat" in html
    assert "\x01" not in html


@pytest.mark.parametrize("file", sorted(MODEL.glob("*.toml")), ids=lambda file: file.stem)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_is_on_paper(file: Path, language: Language) -> None:
    made = model(file.stem, language)
    plain = agreement_html(made).replace("&amp;", "&").replace("&#39;", "'")
    for topic in RULES.topics:
        if topic.part != "general":
            assert all(question.in_language(language) in plain for question in topic.questions)


# Word -----------------------------------------------------------------------------------------------


def test_word_has_a_table_for_each_part_and_for_signing(tmp_path: Path) -> None:
    made = paper(tmp_path, "nl", profile="link")
    document = Document(io.BytesIO(agreement_docx(made)))
    facts, *parts, signing, unmet = document.tables
    assert [row.cells[0].text for row in facts.rows] == [label for label, _ in made.facts]
    assert [len(table.rows) - 1 for table in parts] == [10, 4, 2, 4]
    assert [row.cells[0].text for row in signing.rows] == ["Namens", "wl", "Veiligheidsregio VR24"]
    assert len(unmet.rows) == 1 + len(made.unmet)
    assert "Bel <eerst> & snel" in parts[0].rows[4].cells[2].text
    assert "GRIP 2, ROT naast ab; spart: algemeen commandant (AC)" in parts[0].rows[5].cells[2].text


def test_word_cuts_no_row_repeats_heads_and_hyphenates(tmp_path: Path) -> None:
    document = Document(io.BytesIO(agreement_docx(paper(tmp_path, "nl"))))
    for table in document.tables:
        assert all(row._tr.get_or_add_trPr().find(qn("w:cantSplit")) is not None for row in table.rows)
    for table in document.tables[1:]:
        assert table.rows[0]._tr.get_or_add_trPr().find(qn("w:tblHeader")) is not None
    assert document.settings.element.find(qn("w:autoHyphenation")) is not None
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "nl-NL"
    assert document.core_properties.title == "Samenwerkingsafspraak: wl"


def test_word_that_has_nothing_open(tmp_path: Path) -> None:
    document = Document(io.BytesIO(agreement_docx(model("ad-hoc-d"))))
    assert any("bestaan geen randvoorwaarden" in each.text for each in document.paragraphs)


def test_word_gives_the_same_bytes(tmp_path: Path) -> None:
    assert agreement_docx(paper(tmp_path)) == agreement_docx(paper(tmp_path))


# PDF ------------------------------------------------------------------------------------------------


@needs_pango
@pytest.mark.parametrize("language", ["nl", "en"])
def test_pdf_gives_the_same_bytes(language: Language) -> None:
    html = agreement_html(model("structural-b", language))
    made = html_to_pdf(html)
    assert made.startswith(b"%PDF")
    assert made == html_to_pdf(html)


@needs_pango
def test_no_page_of_a_pdf_is_empty_and_no_row_is_cut(tmp_path: Path) -> None:
    from weasyprint import HTML  # noqa: PLC0415 -- needs Pango

    for profile in ("core", "link"):
        pages = HTML(string=agreement_html(paper(tmp_path, "nl", profile))).render().pages
        for page in pages:
            text = " ".join(box.text for box in page._page_box.descendants() if hasattr(box, "text"))
            assert len(text) > 100
        rows = [
            id(box.element)
            for page in pages
            for box in page._page_box.descendants()
            if type(box).__name__ == "TableRowBox" and box.element.find("td") is not None
        ]
        assert len(rows) > 20
        assert len(rows) == len(set(rows))


@needs_pango
def test_pdf_loads_nothing() -> None:
    assert html_to_pdf('<p>x</p><img src="file:///etc/hostname">').startswith(b"%PDF")


def test_without_pango_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if re.match(r"weasyprint\b", name)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])

    with pytest.raises(InputError) as caught:
        html_to_pdf("<p>x</p>")

    (problem,) = caught.value.errors
    assert f"apt-get install {PANGO_PACKAGES}" in str(problem)
    assert "\n" not in str(problem)
