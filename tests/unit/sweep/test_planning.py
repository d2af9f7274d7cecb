"""From what is asked to a plan, with every mistake before anything runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.files.problems import InputError, Problems
from sim.sweep.planning import Asked, Prepared, prepare, read_seeds
from tests.integration.command import BEEKDAL


def prepared(*settings: str, seeds: str = "2", scenario: str | Path = BEEKDAL, **more: str) -> Prepared:
    return prepare(Asked(scenario=str(scenario), seeds=seeds, settings=settings, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("1", (1,)), ("3", (1, 2, 3)), ("5..7", (5, 6, 7)), (" 0 .. 1 ", (0, 1)), ("9..9", (9,))],
)
def test_seeds(text: str, seeds: tuple[int, ...]) -> None:
    assert read_seeds(text, Problems()) == seeds


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "x", "3..1", "1..", "..2", "1..2..3", "1000000000", "1..100001", "²"]
)
def test_what_says_no_seeds(text: str) -> None:
    problems = Problems()
    assert read_seeds(text, problems) == ()
    (problem,) = problems.errors
    assert problem.message.startswith("command line: --seeds: expected how many seeds, such as 200, or which")


def test_every_mistake_with_any_variant_is_said_before_anything_runs() -> None:
    with pytest.raises(InputError) as error:
        prepared("wl.people.skill=0.5,2,3", "nobody.people.slip=1", seeds="1")
    text = str(error.value)
    assert "--set wl.people.skill: expected a number <= 1.0, found 2" in text
    assert "--set wl.people.skill: expected a number <= 1.0, found 3" in text
    assert "--set nobody.people.slip: expected a party of the scenario" in text


@pytest.mark.parametrize("bounds", ["0.5..2", "-1..0.5"])
def test_both_bounds_of_a_spread_are_checked(bounds: str) -> None:
    with pytest.raises(InputError, match=r"--set wl\.people\.skill: expected a number [<>]= "):
        prepared(f"wl.people.skill={bounds}")


def test_a_scenario_with_a_mistake_says_it_once(tmp_path: Path) -> None:
    folder = shutil.copytree(BEEKDAL, tmp_path / "beekdal")
    file = folder / "scenario.toml"
    file.write_text(file.read_text("utf-8").replace('profile = "core"', 'profile = "kern"'), "utf-8")
    with pytest.raises(InputError) as error:
        prepared("wl.people.skill=0.5", scenario=folder)
    assert str(error.value).count("parties[wl].profile") == 1
    assert "--set" not in str(error.value)


def test_a_time_that_is_none_is_said() -> None:
    for until in ("soon", "2000-01-01T00:00:00+01:00"):
        with pytest.raises(InputError, match="--until: expected a time after the start"):
            prepared(until=until)


def test_the_plan_says_who_takes_part_in_each_variant_and_what_is_judged() -> None:
    plan = prepared("wl.hin.on_call=0,3", until="90m").plan
    assert (plan.scenario, plan.seeds, plan.size) == ("beekdal", (1, 2), 4)
    assert (plan.until_ms, plan.end_ms) == (5_400_000, 5_400_000)
    few, many = (plan.member(variant.name, "wl") for variant in plan.variants)
    assert many.on_call - few.on_call == 3
    assert (few.kind, few.profile, plan.member(plan.variants[0].name, "vr24").kind) == (
        "partner",
        "core",
        "body",
    )
    assert {one.scope for one in plan.criteria} == {"party", "exercise"}
    with pytest.raises(KeyError):
        plan.member("another", "wl")


def test_a_plan_is_the_same_wherever_the_files_stand(tmp_path: Path) -> None:
    moved = shutil.copytree(BEEKDAL, tmp_path / "beekdal")
    one, other = prepared("wl.people.skill=0.5"), prepared("wl.people.skill=0.5", scenario=moved)
    assert (one.plan, one.digest) == (other.plan, other.digest)


@pytest.mark.parametrize("change", ["settings", "seeds", "files", "until"])
def test_what_results_depend_on_makes_another_plan(change: str, tmp_path: Path) -> None:
    moved = shutil.copytree(BEEKDAL, tmp_path / "beekdal")
    if change == "files":
        file = moved / "scenario.toml"
        file.write_text(file.read_text("utf-8") + "\n# another word\n", "utf-8")
    other = prepared(
        *(["wl.people.skill=0.5"] if change == "settings" else []),
        seeds="3" if change == "seeds" else "2",
        scenario=moved,
        **({"until": "90m"} if change == "until" else {}),
    )
    assert other.digest != prepared().digest


def test_runs_are_given_seed_by_seed_so_that_a_part_can_be_paired() -> None:
    jobs = list(prepared("wl.people.skill=0.5").jobs())
    assert [(job.seed, job.number) for job in jobs] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert jobs[1].title == "variant 'wl.people.skill=0.5', seed 1"
    assert Path(jobs[0].scenario).is_absolute()


def test_a_scenario_that_comes_with_the_product_goes_by_its_name() -> None:
    assert next(prepared(scenario="gaslek-keten", seeds="1").jobs()).scenario == "gaslek-keten"
