"""What agreements say of alerting and alarming is held against the exercise."""

from __future__ import annotations

from sim.files.lint import lint
from tests.unit.files.folders import POST_RIGHTS, Folders, profile

FILE = "agreements/wl.toml"
REGIONS = 'core_task = "B"\nregions = ["vr24"]\nsystems'
ADDITION = """
partner = "wl"
core_task = "B"
profile = "core"
addition_of = "vr24"
"""


def errors(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]


def warnings(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).warnings]


def make_red_cross_pass_nothing_on(folders: Folders) -> None:
    text = profile("standby", "partner", '["C"]', "post", POST_RIGHTS)
    folders.write_profile("partners/standby.toml", text.replace('"passing-on", ', ""))
    folders.change('do = "invite"', 'do = "decouple"')  # nothing can be granted any more


def test_an_alert_goes_through_somebody_that_alerts_in_turn(folders: Folders) -> None:
    folders.change("[process.alerting]", '[process.alerting]\nthrough = "rode-kruis"', FILE)
    assert errors(folders) == []
    make_red_cross_pass_nothing_on(folders)
    expected = (
        f"{FILE}: process.alerting.through: expected a national body that alerts in turn, "
        "found 'rode-kruis' with profile standby"
    )
    assert errors(folders).count(expected) == 1


def test_what_a_region_added_is_held_against_the_exercise_too(folders: Folders) -> None:
    make_red_cross_pass_nothing_on(folders)
    folders.write("agreements/wl.vr24.toml", ADDITION + '[process.alerting]\nthrough = "rode-kruis"\n')
    assert any(
        line.startswith("agreements/wl.vr24.toml: process.alerting.through:") for line in errors(folders)
    )


def test_a_mistake_of_the_general_agreement_is_not_said_of_each_addition(folders: Folders) -> None:
    folders.change("level = 2", 'level = 2\ncontacts = ["liaison", "decision-maker"]', FILE)
    folders.write("agreements/wl.vr24.toml", ADDITION)
    expected = (
        "process.alarming.escalate_after: expected a time after which the next contact is called, "
        "found none, for 2 contacts"
    )
    assert [line for line in warnings(folders) if expected in line] == [f"{FILE}: {expected}"]


def test_contacts_of_an_addition_need_a_time_too(folders: Folders) -> None:
    added = '[process.alarming]\ncontacts = ["liaison", "decision-maker"]\n'
    folders.write("agreements/wl.vr24.toml", ADDITION + added)
    assert any(
        "agreements/wl.vr24.toml: process.alarming.escalate_after" in line for line in warnings(folders)
    )
    folders.write("agreements/wl.vr24.toml", ADDITION + added + 'escalate_after = "5m"\n')
    assert not any("escalate_after" in line for line in warnings(folders))


def test_a_partner_that_only_reads_where_it_has_an_agreement_is_a_warning(folders: Folders) -> None:
    folders.change(REGIONS, REGIONS.replace("vr24", "vr23"))
    expected = (
        "scenario.toml: parties[wl].regions: expected also 'vr24', which directs hoogwater "
        "and has an agreement with it, found ['vr23']"
    )
    assert expected in warnings(folders)
    folders.change('regions = ["vr24", "vr23"]', 'regions = ["vr23"]', FILE)
    assert expected not in warnings(folders)


def test_the_scenario_of_the_tests_has_nothing_of_this(folders: Folders) -> None:
    assert errors(folders) == []
    assert not any("regions: expected also" in line or "escalate_after" in line for line in warnings(folders))
