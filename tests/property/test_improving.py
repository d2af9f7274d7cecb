"""Laws of the register of points to improve, whatever runs show, in whatever order, and whatever people write."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.assessment.judging.improving import Exercised, take_over
from sim.core.assessment.judging.outcome import Result
from sim.core.model.progress import progress_of
from sim.core.model.register import Register
from sim.files.problems import Problems, Where
from sim.files.register.reading import RegisterFile, register_in
from sim.files.register.text import Comments, appended
from tests.unit.core.assessment.exercises import exercised, held

PARTNERS = ("gridco", "airco")
CRITERIA = ("alarm", "bring", "fetch")
REGIONS = (("vr01",), ("vr02",), ("vr01", "vr02"))

results = st.dictionaries(st.sampled_from(CRITERIA), st.sampled_from(list(Result)))
parts = st.builds(
    lambda found, partner, played: exercised(found, partner=partner, played=played, regions=played),
    results,
    st.sampled_from(PARTNERS),
    st.sampled_from(REGIONS),
)
runs = st.lists(
    st.tuples(st.lists(parts, max_size=2, unique_by=lambda each: each.partner), st.booleans()), max_size=5
)
Runs = list[tuple[list[Exercised], bool]]


def taken(told: Runs) -> list[Register]:
    """Return the register after each run."""
    steps = [Register()]
    for number, (found, complete) in enumerate(told, start=1):
        steps.append(steps[-1].plus(take_over(steps[-1], held(number, complete=complete), found)))
    return steps


@given(runs)
def test_taking_over_twice_changes_nothing(told: Runs) -> None:
    whole = taken(told)[-1]

    for number, (found, complete) in enumerate(told, start=1):
        assert take_over(whole, held(number, complete=complete), found) == Register()


@given(runs)
def test_what_is_in_a_register_never_changes(told: Runs) -> None:
    steps = taken(told)

    for before, after in itertools.pairwise(steps):
        for name in Register.__struct_fields__:
            old, new = getattr(before, name), getattr(after, name)
            assert new[: len(old)] == old


@given(runs)
def test_a_point_is_found_once_for_each_agreement_and_criterion(told: Runs) -> None:
    points = taken(told)[-1].points

    assert len({(point.agreement, point.criterion) for point in points}) == len(points)
    assert len({point.id for point in points}) == len(points)


@given(runs)
def test_a_point_is_mended_only_by_a_whole_run_of_its_agreement_in_which_its_criterion_was_met(
    told: Runs,
) -> None:
    register = taken(told)[-1]
    agreements = {bound.id: bound for bound in register.agreements}
    order = {f"flood-{number}": number - 1 for number in range(1, len(told) + 1)}

    for made in progress_of(register):
        bound = agreements[made.agreement.id]
        for each in made.points:
            seen: list[bool] = []
            assert each.point.found is not None
            for found, complete in told[order[each.point.found.run] + 1 :]:
                mine = [
                    finding.result
                    for part in found
                    if part.partner == bound.partner
                    and set(part.played) & set(bound.regions)
                    # Of several agreements that share a region the first is the one that was exercised.
                    and next(
                        other
                        for other in register.agreements
                        if other.partner == part.partner and set(part.played) & set(other.regions)
                    )
                    == bound
                    for finding in part.result.criteria
                    if finding.id == each.point.criterion
                ]
                if any(result in (Result.NOT_MET, Result.PARTLY_MET) for result in mine):
                    seen.append(False)
                elif Result.MET in mine and complete:
                    seen.append(True)
            assert (each.standing == "mended") == bool(seen and seen[-1])


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=30, deadline=None)
@given(runs, st.lists(words, min_size=5, max_size=5), st.booleans(), st.booleans())
def test_not_a_byte_that_people_wrote_is_lost(
    told: Runs, written: list[str], ends: bool, by_windows: bool
) -> None:
    register, data = Register(), b""
    where = Where(Problems(), "register.toml")
    for number, (found, complete) in enumerate(told, start=1):
        added = take_over(register, held(number, complete=complete), found)
        made = appended(RegisterFile(register, data, {}, where), added, Comments("a\nb", "c", "d"))
        assert made.startswith(data)
        # People write on: a comment at the end, of any words, with or without the end of a line.
        end = "\r\n" if by_windows else "\n"
        data = made + f"# {written[number - 1]}{end if ends else ''}".encode()
        read = register_in(data.decode(), where)
        assert read == register.plus(added)
        register = read
    assert where.problems.errors == ()
    assert tomllib.loads(data.decode()) is not None


def test_the_example_of_the_documentation_is_a_register(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "register-format.md"
    example = page.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    problems = Problems()

    made = register_in(example, Where(problems, "register.toml"))

    assert problems.errors == ()
    assert made is not None
    assert all(getattr(made, name) for name in Register.__struct_fields__)
