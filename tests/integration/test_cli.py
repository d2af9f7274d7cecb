"""The command line as scripts and people rely on it: exit codes, one JSON document, errors in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sim.cli.main import main
from sim.core.model.time import HOUR_MS
from sim.runlog.verify import verify
from tests.integration.command import BEEKDAL, beeld


class Answer(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Return the one JSON document on standard output."""
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: str | Path) -> Answer:
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the small exercise."""
    folder = tmp_path_factory.mktemp("ran") / "run"
    done = beeld("run", BEEKDAL, "--seed", "7", "--broker", "memory", "--out", folder, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


# One JSON document, with the keys that scripts rely on ----------------------------------------------


def test_lint(command: Command) -> None:
    answer = command("lint", BEEKDAL, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.document["errors"] == []
    assert {warning["file"].partition("/")[0] for warning in answer.document["warnings"]} == {"agreements"}


def test_lint_of_the_exercise_that_comes_with_the_product(command: Command) -> None:
    assert command("lint", "limburg-hoogwater", "--json").document["errors"] == []


def test_access(command: Command) -> None:
    answer = command("access", BEEKDAL, "--json")
    assert answer.code == 0
    parties = {party["id"]: party for party in answer.document["parties"]}
    assert set(parties) == {"vr24", "wl", "enexis", "gasunie", "rode-kruis", "camping"}
    assert all(set(party) >= {"id", "profile", "read", "write"} for party in parties.values())
    assert [right["topic"] for right in parties["gasunie"]["read"]] == ["outside/gasunie/+/+"]
    moments = {right["topic"]: right["moment"] for right in parties["rode-kruis"]["read"]}
    assert moments["activity/+/card"] == "always"
    assert moments["activity/{activity}/shared/#"] == "granted"


def test_access_tells_what_a_party_does_in_each_process(command: Command) -> None:
    answer = command("access", "stroomstoring", "--party", "stedin", "--json")
    assert (answer.code, answer.err) == (0, "")
    (party,) = answer.document["parties"]
    rows = {(row["topic"], row["behaviour"]): row for row in party["processes"]}
    reporting = rows["process.pictures", "reporting"]
    assert reporting["source"] == "Beleidskader Tabel 1; Modeluitwerking 9"
    every = [term for term in reporting["terms"] if term["key"] == "process.pictures.sitrep_every"]
    assert [(term["region"], term["value"]) for term in every] == [("", 2 * HOUR_MS), ("vr18", HOUR_MS)]
    assert every[1]["text"]["nl"].endswith("(VR18): 1 uur")
    assert rows["technology.fallback", "fallback"]["terms"][0]["value"] == "telephone"


def test_access_tells_in_which_processes_a_party_has_no_part(command: Command) -> None:
    (party,) = command("access", "stroomstoring", "--party", "kpn", "--json").document["parties"]
    absent = {row["topic"]: row for row in party["processes"] if row["behaviour"] is None}
    assert set(absent) >= {"process.monitoring", "technology.fallback"}
    assert all(row["does"]["nl"] and row["source"] and row["terms"] == [] for row in absent.values())


@pytest.mark.parametrize(
    ("party", "lang", "words"),
    [
        (
            "kpn",
            "nl",
            ["Wat de partij in elk proces doet", "SitRaps op gezette tijden", "3 uur", "geen deel:"],
        ),
        ("kpn", "en", ["What the party does in each process", "at set times", "3 h", "no part:"]),
        ("vr18", "en", ["builds the situational picture", "Modeluitwerking 9"]),
    ],
)
def test_access_for_people_ends_with_the_processes(
    command: Command, party: str, lang: str, words: list[str]
) -> None:
    answer = command("access", "stroomstoring", "--party", party, "--lang", lang)
    assert answer.code == 0
    plain = " ".join(answer.out.split())
    assert [each for each in words if each not in plain] == []
    assert plain.index(words[0]) > plain.index(party)


def test_access_of_everybody_shows_rights_only(command: Command) -> None:
    answer = command("access", BEEKDAL, "--lang", "en")
    assert answer.code == 0
    assert "What the party does" not in answer.out


def test_access_as_roles_of_mosquitto(command: Command) -> None:
    answer = command("access", BEEKDAL, "--format", "mosquitto", "--party", "wl")
    assert answer.code == 0
    assert [role["rolename"] for role in answer.document["roles"]] == ["standing:wl"]
    assert "password" not in answer.out


def test_run(command: Command, tmp_path: Path) -> None:
    answer = command("run", BEEKDAL, "--seed", "7", "--broker", "memory", "--out", "new/run", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = verify(tmp_path / "new" / "run")
    document = answer.document
    assert document["run"] == "new/run"
    assert (document["digest"], document["records"]) == (found.digest, found.records)
    for key in ("deliveries", "denied", "exercise_ms"):
        assert document[key] > 0
    assert (document["lost"], document["leaked"]) == (0, 0)
    assert document["wall_ms"] >= 0


def test_run_until_a_moment(command: Command, tmp_path: Path) -> None:
    options = ("--broker", "memory", "--until", "T+00:30:00", "--json")
    short = command("run", BEEKDAL, *options, "--out", "short").document
    assert 0 < short["exercise_ms"] <= 30 * 60_000
    found = verify(tmp_path / "short")
    assert (found.ok, found.complete) == (True, False)
    clock = command("run", BEEKDAL, "--broker", "memory", "--until", "2021-07-14T08:30", "--json").document
    assert clock["digest"] == short["digest"]


def test_run_without_out_takes_the_next_free_folder(command: Command, tmp_path: Path) -> None:
    first = command("run", BEEKDAL, "--broker", "memory", "--json").document["run"]
    second = command("run", BEEKDAL, "--broker", "memory", "--json").document["run"]
    assert [first, second] == ["runs/beekdal-seed1", "runs/beekdal-seed1-2"]
    assert verify(tmp_path / first).digest == verify(tmp_path / second).digest


def test_settings_are_part_of_what_was_run(command: Command, tmp_path: Path) -> None:
    options = ("--seed", "7", "--broker", "memory", "--json")
    settings = ("--set", "gasunie.people.skill=0", "--set", "wl.people.error=0.0")
    plain = command("run", BEEKDAL, *options, "--out", "plain").document
    answer = command("run", BEEKDAL, *options, *settings, "--out", "set")
    assert (answer.code, answer.err) == (0, "")
    expected = {"gasunie.people.skill": "0", "wl.people.error": "0.0"}
    assert answer.document["settings"] == expected
    assert plain["settings"] == {}
    assert answer.document["digest"] != plain["digest"]
    first = json.loads((tmp_path / "set" / "run.jsonl").read_text().splitlines()[0])
    assert first["content"]["settings"] == expected


@pytest.mark.parametrize(("lang", "words"), [("en", "Changed for this run"), ("nl", "Voor deze uitvoering")])
def test_a_run_with_settings_says_so(command: Command, lang: str, words: str) -> None:
    answer = command("run", BEEKDAL, "--broker", "memory", "--lang", lang, "--set", "wl.people.skill=0.5")
    assert answer.code == 0
    assert f"{words}" in answer.out
    assert "wl.people.skill = 0.5" in answer.out


def test_lint_and_access_under_another_profile(command: Command) -> None:
    setting = ("--set", "netbeheerder.profile=core")
    assert command("lint", "gaslek-keten", "--json", *setting).document["errors"] == []
    rules = {
        profile: {right["rule"] for right in party["write"]}
        for profile in ("link", "core")
        for party in command(
            "access",
            "gaslek-keten",
            "--json",
            "--party",
            "netbeheerder",
            "--set",
            f"netbeheerder.profile={profile}",
        ).document["parties"]
    }
    assert "through-liaison" in rules["link"]
    assert "write-own-tab" in rules["core"]
    assert not rules["link"] & rules["core"]


def test_verify(command: Command, ran: Path) -> None:
    answer = command("verify", ran, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert set(answer.document) >= {"ok", "digest", "records", "first_bad_seq"}
    assert answer.document["ok"] is True
    assert answer.document["first_bad_seq"] is None


def test_verify_of_a_log_that_was_changed(command: Command, ran: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    folder.mkdir()
    for path in ran.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    log = folder / "run.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"amount":2.4', b'"amount":9.4', 1))

    answer = command("verify", folder, "--json")

    assert answer.code == 1
    assert answer.document["ok"] is False
    assert answer.document["first_bad_seq"] > 0


def test_assess(command: Command, ran: Path) -> None:
    answer = command("assess", ran, "--json")
    assert answer.code == 0
    partners = {partner["id"]: partner for partner in answer.document["partners"]}
    assert all(set(partner) >= {"id", "profile", "advice", "criteria"} for partner in partners.values())
    keys = {"id", "part", "result", "measure", "norm", "evidence"}
    findings = [finding for partner in partners.values() for finding in partner["criteria"]]
    assert findings
    assert all(set(finding) >= keys for finding in findings)
    assert partners["gasunie"]["advice"] == partners["camping"]["advice"] == "not assessable"


@pytest.mark.parametrize("option", ["--partner", "--party"])
def test_assess_of_one_partner(command: Command, ran: Path, option: str) -> None:
    (partner,) = command("assess", ran, option, "wl", "--json").document["partners"]
    assert partner["id"] == "wl"
    answer = command("assess", ran, option, "wl", "--lang", "en")
    assert "Set-up, secure" in answer.out


def test_trace(command: Command, ran: Path) -> None:
    listed = command("trace", ran, "--json").document["faults"]
    keys = {"id", "time_to_detect_ms", "time_to_signal_ms", "time_to_correct_ms", "time_to_everywhere_ms"}
    assert set(listed[0]) >= keys | {"exposure_ms", "decisions", "false_alarms", "still_held_by", "size"}
    answer = command("trace", ran, listed[0]["id"], "--json", "--svg", "tree.svg")
    assert (answer.code, answer.err) == (0, "")
    assert answer.document["fault"] == listed[0]
    assert len(answer.document["tree"]["nodes"]) == answer.document["tree"]["size"] == listed[0]["size"]
    assert Path("tree.svg").read_text("utf-8").startswith("<svg ")


def test_trace_for_people(command: Command, ran: Path) -> None:
    listed = command("trace", ran, "--lang", "nl")
    (fault,) = command("trace", ran, "--json").document["faults"]
    assert fault["id"] in listed.out
    assert "beeld trace" in listed.out
    shown = command("trace", ran, fault["id"], "--lang", "nl", "--svg", "tree.svg")
    assert (shown.code, shown.err) == (0, "")
    assert "Besmettingsboom" in shown.out
    assert "tree.svg" in shown.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("f-none",), "command line: FAULT: expected one of "),
        (("--svg", "tree.svg"), "command line: --svg: expected the id of a fault beside it, found none"),
        (("{fault}", "--svg", "."), "command line: --svg: expected the name of a file, found the folder '.'"),
        (("{fault}", "--svg", "none/tree.svg"), "command line: --svg: expected a file that can be written"),
    ],
)
def test_a_mistake_in_what_is_to_be_traced(
    command: Command, ran: Path, arguments: tuple[str, ...], told: str
) -> None:
    (fault,) = command("trace", ran, "--json").document["faults"]
    answer = command("trace", ran, *(argument.format(fault=fault["id"]) for argument in arguments))
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert told in answer.err


def test_picture(command: Command, ran: Path) -> None:
    answer = command("picture", ran, "--at", "T+00:45:00", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert {item["subject"] for item in answer.document["items"]} >= {"stream-level"}


# For people -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "words"), [("en", "Exercise completed"), ("nl", "Oefening afgerond")])
def test_a_run_is_told_in_either_language(command: Command, lang: str, words: str) -> None:
    answer = command("run", BEEKDAL, "--broker", "memory", "--lang", lang)
    assert answer.code == 0
    assert words in answer.out
    assert "\x1b" not in answer.out, "no colours where nobody looks"


@pytest.mark.parametrize(
    "name", ["run", "lint", "access", "verify", "assess", "picture", "export", "import", "new"]
)
def test_every_command_has_help_with_an_example(command: Command, name: str) -> None:
    answer = command(name, "--help")
    assert answer.code == 0
    assert f"Example: beeld {name}" in answer.out


def test_the_commands_are_named(command: Command) -> None:
    answer = command("--help")
    assert answer.code == 0
    assert all(name in answer.out for name in ("run", "lint", "access", "verify", "assess"))


# Bad usage: exit 2, one clear line, no traceback ----------------------------------------------------

MISUSES = [
    (["frobnicate"], "frobnicate"),
    (["run"], "SCENARIO requires an argument"),
    (["run", str(BEEKDAL), "--frobnicate"], "--frobnicate"),
    (["run", str(BEEKDAL), "--seed", "seven"], "seven"),
    (["run", str(BEEKDAL), "--broker", "pigeon"], "--broker: expected one of memory, embedded, mosquitto"),
    (["run", str(BEEKDAL), "--pace", "quick"], "--pace: expected fast, real or xN"),
    (["run", str(BEEKDAL), "--pace", "x0"], "--pace"),
    (["run", str(BEEKDAL), "--broker", "memory", "--pace", "x10"], "--pace: expected fast"),
    (["run", str(BEEKDAL), "--until", "later"], "--until: expected a time"),
    (["run", "limburg-hogwater"], "did you mean 'limburg-hoogwater'?"),
    (["run", "no/such/folder"], "no/such/folder"),
    (["lint", "no/such/folder"], "no/such/folder"),
    (["access", str(BEEKDAL), "--party", "nobody"], "--party: expected one of"),
    (["access", str(BEEKDAL), "--format", "poem"], "poem"),
    (["run", str(BEEKDAL), "--set", "gasunie"], "--set: expected PARTY.KEY=VALUE, found 'gasunie'"),
    (
        ["lint", str(BEEKDAL), "--set", "gas.profile=core"],
        "--set gas.profile: expected a party of the scenario",
    ),
    (["access", str(BEEKDAL), "--set", "wl.profile=kern"], "--set wl.profile: expected a file of profiles/"),
    (
        ["run", str(BEEKDAL), "--set", "wl.people.skill=2"],
        "--set wl.people.skill: expected a number <= 1.0, found 2",
    ),
    (["run", str(BEEKDAL), "--set", "wl.colour=red"], "--set wl.colour: expected one of the keys profile"),
    (["verify", "no/such/run"], "no/such/run: expected the folder of a run"),
    (["assess", "no/such/run"], "no/such/run: expected the folder of a run"),
    (["verify", str(BEEKDAL)], "expected the folder of a run, which holds manifest.json"),
    (["run", str(BEEKDAL), "--lang", "fr"], "fr"),
]


@pytest.mark.parametrize(
    ("arguments", "says"), MISUSES, ids=[" ".join(a).replace("/", "-") for a, _ in MISUSES]
)
def test_misuse_is_said_in_one_line(
    command: Command, tmp_path: Path, arguments: list[str], says: str
) -> None:
    answer = command(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    (line,) = answer.err.splitlines()
    assert line.startswith("beeld: ")
    assert says in line
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_several_misuses_are_named_at_once(command: Command) -> None:
    answer = command("run", BEEKDAL, "--broker", "pigeon", "--pace", "quick", "--until", "later")
    assert answer.code == 2
    lines = answer.err.splitlines()
    assert [line.split(": ")[2] for line in lines] == ["--broker", "--pace", "--until"]


@pytest.mark.parametrize("arguments", [["frobnicate"], ["run", "--frobnicate"], ["verify", "nowhere"]])
def test_misuse_in_a_process_of_its_own(tmp_path: Path, arguments: list[str]) -> None:
    done = beeld(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


# An output folder that exists -----------------------------------------------------------------------


@pytest.mark.parametrize("kept", ["a run", "something else", "nothing", "a file"])
def test_what_exists_is_never_overwritten(command: Command, ran: Path, tmp_path: Path, kept: str) -> None:
    target = tmp_path / "target"
    if kept == "a file":
        target.write_text("mine")
    else:
        target.mkdir()
        if kept == "a run":
            for path in ran.iterdir():
                (target / path.name).write_bytes(path.read_bytes())
        elif kept == "something else":
            (target / "mine.txt").write_text("mine")
    before = _contents(target)

    answer = command("run", BEEKDAL, "--broker", "memory", "--out", target)

    assert answer.code == 2
    (line,) = answer.err.splitlines()
    assert line.startswith("beeld: command line: --out: expected a folder that does not exist yet")
    assert _contents(target) == before


def _contents(path: Path) -> dict[str, bytes]:
    if path.is_file():
        return {"": path.read_bytes()}
    return {each.name: each.read_bytes() for each in path.iterdir()}


def test_a_folder_that_cannot_be_made(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    answer = command("run", BEEKDAL, "--broker", "memory", "--out", tmp_path / "file" / "run")
    assert answer.code == 2
    assert len(answer.err.splitlines()) == 1
