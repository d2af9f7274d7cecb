"""The register of points to improve as a file: each mistake is named, and nothing that stands in it is ever changed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from sim.core.assessment.judging.improving import take_over
from sim.core.model.register import Register
from sim.files.agreements.collaborations import load_collaborations
from sim.files.lint import lint
from sim.files.problems import InputError
from sim.files.register.reading import REGISTER_FORMAT, load_register
from sim.files.register.text import Comments, appended
from tests.unit.core.assessment.exercises import MET, NOT, PARTLY, exercised, held

MENDED = 'verdict = "mended"\nresult = "met"\nreason = { nl = "x", en = "x" }'
COMMENTS = Comments(head="Een register.\nTwee regels.", agreements="Waarheen:", points="Wie:")


def run(number: int, register: Register, **results: str) -> Register:
    meant = {"met": MET, "not": NOT, "partly": PARTLY}
    return take_over(register, held(number), [exercised({name: meant[how] for name, how in results.items()})])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A register with two points, one of which a second run mended."""
    path = tmp_path / "register.toml"
    for number, results in ((1, {"alarm": "not", "fetch": "partly"}), (2, {"alarm": "met", "fetch": "not"})):
        read = load_register(path, new=True)
        path.write_bytes(appended(read, run(number, read.register, **results), COMMENTS))
    return path


def errors(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_register(path)
    return [problem.message.removeprefix(f"{path.parent}/") for problem in caught.value.errors]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_what_is_written_is_read_and_says_what_people_may_fill_in(file: Path) -> None:
    made = load_register(file).register

    assert made == Register().plus(run(1, Register(), alarm="not", fetch="partly")).plus(
        run(2, run(1, Register(), alarm="not", fetch="partly"), alarm="met", fetch="not")
    )
    text = file.read_text("utf-8")
    assert text.startswith(f"# Een register.\n# Twee regels.\nformat = {REGISTER_FORMAT}\n\n[[agreements]]\n")
    assert '# Wie:\nowner = ""\nby = ""\nstate = "open"\naim = ""\nobstacle = ""\nnote = ""\n' in text
    assert '# Waarheen:\naim = ""\n' in text


def test_nothing_new_changes_no_byte(file: Path) -> None:
    read = load_register(file)

    assert appended(read, run(1, read.register, alarm="met"), COMMENTS) == file.read_bytes()


@pytest.mark.parametrize("end", ["", "\n", "# het laatste woord", "\r\n"])
def test_what_people_wrote_stays_as_it_is_and_what_is_new_stands_below(file: Path, end: str) -> None:
    change(file, 'owner = ""', 'owner = "Piket\u00e9quipe" # bellen!   ')
    file.write_bytes(b"\xef\xbb\xbf# van ons\n" + file.read_bytes() + end.encode())
    before = file.read_bytes()
    read = load_register(file)

    after = appended(read, run(3, read.register, alarm="not", other="not"), COMMENTS)

    assert after.startswith(before)
    file.write_bytes(after)
    again = load_register(file).register
    assert again.points[0].owner == "Piketéquipe"
    assert [point.id for point in again.points] == ["gridco-alarm", "gridco-fetch", "gridco-other"]
    assert (b"\r\n[[" in after) == (end == "\r\n")


def test_a_list_that_toml_does_not_let_go_on_is_said_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "register.toml"
    path.write_text("format = 1\npoints = []\n", "utf-8")
    read = load_register(path)

    with pytest.raises(InputError, match=r"register\.toml: expected lists of tables such as \[\[points\]\]"):
        appended(read, run(1, read.register, alarm="not"), COMMENTS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 1", "format = 2", "register.toml: format: expected 1, found 2"),
        ("format = 1", "format = true", "register.toml: format: expected 1, found true"),
        ("format = 1", "format = 1\npoint = 3", "register.toml: point: expected one of format, agreements,"),
        (
            'state = "open"',
            'state = "mended"',
            "register.toml: points[gridco-alarm].state: expected one of open, taken-up, put-right, closed",
        ),
        (
            'by = ""',
            'by = "1-3-2027"',
            "register.toml: points[gridco-alarm].by: expected a date such as 2027-03-14, found '1-3-2027'",
        ),
        (
            'ownr = ""',
            'ownr = ""',
            "register.toml: points[gridco-alarm].ownr: expected the key 'owner', found the unknown key 'ownr'",
        ),
        (
            'id = "gridco-fetch"',
            'id = "gridco-alarm"',
            "register.toml: points[gridco-alarm].id: expected every one once, found 'gridco-alarm' again",
        ),
        (
            'criterion = "fetch"',
            'criterion = "alarm"',
            "register.toml: points[gridco-fetch].criterion: expected every one once, found 'alarm' again",
        ),
        (
            'agreement = "gridco-b-structural"',
            'agreement = "gridco-b-structurel"',
            ("register.toml: outcomes[gridco-b-structurel].agreement: expected the id of one of [[agreements]] "
            "(did you mean 'gridco-b-structural'?), found 'gridco-b-structurel'"),
        ),
        (
            'profile = "structural"',
            'profile = "structurel"',
            ("register.toml: agreements[gridco-b-structural].profile: expected a profile of profiles/partners/ "
            "(did you mean 'structural'?), found 'structurel'"),
        ),
        (
            'id = "gridco-b-structural"',
            'id = "Gridco"',
            "register.toml: agreements[Gridco].id: expected an id ([a-z0-9-], no dash at either end), found 'Gridco'",
        ),
        (
            "T09:00:00.000000Z",
            "T09:00Z",
            ("register.toml: exercises[flood-1].started: expected a time in UTC such as 2026-03-14T09:00:00.000000Z, "
            "found '2026-01-01T09:00Z'"),
        ),
        (
            'digest = "0',
            'digest = "z',
            "register.toml: exercises[flood-1].digest: expected 64 digits and letters a to f, found 'z",
        ),
        (
            'verdict = "not mended"\nresult = "not met"',
            'verdict = "mended"\nresult = "not met"',
            ("register.toml: shown[gridco-fetch].verdict: expected 'not mended', as the result is 'not met' in a run "
            "that was complete, found 'mended'"),
        ),
        (
            "seed = 2\ncomplete = true",
            "seed = 2\ncomplete = false",
            ("register.toml: shown[gridco-alarm].verdict: expected 'not observed', as the result is 'met' in a run "
            "that was not complete, found 'mended'"),
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_named(file: Path, old: str, new: str, message: str) -> None:
    if old == new:
        change(file, 'owner = ""', new)
    else:
        change(file, old, new)

    assert any(error.startswith(message) for error in errors(file)), errors(file)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            f'[[shown]]\npoint = "own"\nrun = "flood-1"\n{MENDED}',
            "register.toml: shown[own].point: expected a point with a criterion: no run can show any other",
        ),
        (
            f'[[shown]]\npoint = "far"\nrun = "flood-1"\n{MENDED}',
            "register.toml: shown[far].run: expected a run of elsewhere, which one of [[outcomes]] tells",
        ),
        (
            f'[[shown]]\npoint = "gone"\nrun = "flood-9"\n{MENDED}',
            "register.toml: shown[gone].run: expected the run of one of [[exercises]] (did you mean 'flood-2'?), found",
        ),
        (
            '[[moments]]\nkind = "evaluation"\non = "2027-1-1"\nagreements = []\npoints = ["nothing"]',
            "register.toml: moments[2027-1-1].agreements: expected at least one agreement, found none",
        ),
        (
            '[[moments]]\nkind = "evaluation"\non = "2027-1-1"\nagreements = ["grid"]\npoints = ["nothing"]',
            "register.toml: moments[2027-1-1].points[0]: expected the id of one of [[points]], found 'nothing'",
        ),
        (
            '[[moments]]\nkind = "evaluatie"\non = "2027-01-01"\nagreements = ["grid"]',
            "register.toml: moments[2027-01-01].kind: expected one of peer-review, evaluation, found 'evaluatie'",
        ),
        (
            (
                '[[points]]\nid = "odd"\nagreement = "elsewhere"\ntext = { nl = "x", en = "x" }\n'
                'found = { run = "flood-1", result = "not met", reason = { nl = "x", en = "x" } }'
            ),
            "register.toml: points[odd].criterion: expected the criterion that the run was judged by, found none",
        ),
    ],
)
def test_each_mistake_in_what_people_add_is_named(file: Path, table: str, message: str) -> None:
    own = (
        '[[agreements]]\nid = "elsewhere"\npartner = "elsewhere"\ncore_task = "B"\nprofile = "structural"\n'
        'name = { nl = "x", en = "x" }\n'
        '[[points]]\nid = "own"\nagreement = "gridco-b-structural"\ntext = { nl = "x", en = "x" }\n'
        '[[points]]\nid = "far"\nagreement = "elsewhere"\ncriterion = "alarm"\ntext = { nl = "x", en = "x" }\n'
    )
    file.write_text(f"{file.read_text('utf-8')}\n{own}{table}\n", "utf-8")

    assert any(error.startswith(message) for error in errors(file)), errors(file)


@pytest.mark.parametrize(
    ("name", "message"),
    [("points.toml", "points.toml: expected a file name that ends in register.toml, found 'points.toml'"),
     ("no-register.toml", "no-register.toml: expected a file, found none of this name")],
)  # fmt: skip
def test_a_file_that_is_no_register(tmp_path: Path, name: str, message: str) -> None:
    assert errors(tmp_path / name) == [message]


def test_a_new_register_may_be_missing_and_a_broken_one_is_said(tmp_path: Path) -> None:
    assert load_register(tmp_path / "register.toml", new=True).register == Register()
    (tmp_path / "register.toml").write_text("format = \n", "utf-8")
    assert errors(tmp_path / "register.toml")[0].startswith("register.toml: line 1, column 10: expected TOML")


def test_lint_names_what_nobody_takes_up_and_what_is_not_planned(file: Path) -> None:
    warned = [problem.message.removeprefix(f"{file.parent}/") for problem in lint(file).warnings]

    assert warned == [
        "register.toml: points[gridco-fetch].criterion: expected a criterion of profiles/criteria.toml, found 'fetch'",
        "register.toml: points[gridco-fetch].owner: expected who takes it up, found nobody",
        (
            "register.toml: moments: expected an evaluation of gridco-b-structural that is still to come, "
            "as it has open points, found none"
        ),
    ]


def test_lint_of_what_people_fill_in(file: Path) -> None:
    change(file, 'owner = ""', 'owner = "x"')
    text = file.read_text("utf-8")
    second = text.rindex('owner = ""')
    file.write_text(
        text[:second]
        + text[second:].replace('owner = ""', 'owner = "HIN"', 1)
        + '\n[[points]]\nid = "own"\nagreement = "gridco-b-structural"\ntext = { nl = "x", en = "x" }\n'
        + 'state = "closed"\n'
        + '[[agreements]]\nid = "airco"\npartner = "airco"\ncore_task = "B"\nprofile = "structural"\n'
        + 'name = { nl = "x", en = "x" }\n'
        + '[[moments]]\nkind = "peer-review"\non = "2026-02-01"\nagreements = ["airco"]\nagreed = "x"\n'
        + 'points = ["own"]\n'
        + '[[moments]]\nkind = "evaluation"\non = "2027-02-01"\nagreements = ["gridco-b-structural"]\n',
        "utf-8",
    )

    warned = [problem.message.removeprefix(f"{file.parent}/") for problem in lint(file).warnings]

    assert warned[1:] == [
        "register.toml: points[gridco-fetch].by: expected by when, as somebody takes it up, found nothing",
        "register.toml: points[own].note: expected why it is closed without having been mended, found nothing",
        "register.toml: moments[2026-02-01].who: expected who took part, found nobody",
        "register.toml: moments[2026-02-01].points[0]: expected a point of airco, found 'own', of gridco-b-structural",
    ]


def test_lint_of_a_register_with_mistakes_says_these(file: Path) -> None:
    change(file, "format = 1", "format = 2")

    found = lint(file)

    assert [problem.key for problem in found.errors] == ["format"]
    assert found.warnings == ()


def test_a_register_among_agreements_is_no_agreement(tmp_path: Path, file: Path) -> None:
    folder = tmp_path / "afspraken"
    folder.mkdir()
    (folder / "gridco.toml").write_text(
        'partner = "gridco"\ncore_task = "B"\nprofile = "structural"\nregions = ["vr24"]\n', "utf-8"
    )
    without = load_collaborations([folder])
    warnings = lint(folder)
    (folder / "gridco-register.toml").write_bytes(file.read_bytes())

    assert load_collaborations([folder]).listed == without.listed
    assert lint(folder) == warnings
    alone = tmp_path / "alleen"
    alone.mkdir()
    (alone / "register.toml").write_bytes(file.read_bytes())
    with pytest.raises(InputError, match="a folder with agreements"):
        load_collaborations([alone])


def test_toml_and_structs_hold_the_same(file: Path) -> None:
    table = tomllib.loads(file.read_text("utf-8"))
    del table["format"]

    assert msgspec.convert(table, Register) == load_register(file).register
