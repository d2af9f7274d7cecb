"""``beeld access``: who may read and write what, per party and moment, and what it does in each process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Literal

from cyclopts import Parameter

from brokers.adapter import Account
from brokers.mosquitto.security import roles_document
from sim.cli.completing import ScenarioName
from sim.cli.output import Common, ExitCode, Settings, Speaker, console, print_json, print_table, table
from sim.cli.processes import ProcessTable, processes_document, processes_table
from sim.core.messages.asyncapi import asyncapi
from sim.core.model.access import AccessTable, Rule, compile_access, make_grant
from sim.core.model.ids import PartyId
from sim.core.model.profile import Action
from sim.core.world.scenario import Scenario
from sim.files.problems import InputError, Problem
from sim.files.scenario import load_scenario
from sim.transport.root import rights_of, root_of, rooted

_EXAMPLE_RUN = "run"


@dataclass(frozen=True, slots=True)
class _Row:
    moment: str
    bundle: str
    rule: Rule


def show_access(
    scenario: ScenarioName,
    /,
    *,
    party: Annotated[str | None, Parameter(help="Only this party.")] = None,
    format: Annotated[  # noqa: A002 -- the option's name
        Literal["table", "mosquitto", "asyncapi"],
        Parameter(help="A table, roles of Mosquitto's dynamic security, or AsyncAPI 3 (of one --party)."),
    ] = "table",
    settings: Settings = None,
    common: Common | None = None,
) -> int:
    """Show who may read and write what, per party and moment, and the rule that says so.

    Of one party also what it does in each process, with what was agreed on it.

    Example: beeld access limburg-hoogwater --party enexis

    Args:
        scenario: Name under scenarios/, or a path.
        party: Only this party.
        format: How to show it.
        settings: What is changed in it for this once.
        common: Options that every command takes.
    """
    options = common or Common()
    plan = load_scenario(scenario, settings=settings or ())
    access = compile_access(plan.parties.values(), plan.profiles, plan.activities.values(), plan.agreements)
    parties = _chosen(plan, party)
    if format == "asyncapi":
        print_json(asyncapi(version("beeld"), _all_rules(plan, access, party)))
    elif format == "mosquitto":
        root = root_of(_EXAMPLE_RUN)
        accounts = [Account(one, "", rooted(root, rights_of(access.rules[one]))) for one in parties]
        print_json(roles_document(accounts))
    elif options.json:
        processes = ProcessTable(plan)
        print_json({"parties": [_document(plan, access, processes, one) for one in parties]})
    else:
        say = Speaker(options.language)
        _print(plan, access, parties, say)
        if party is not None:
            rows = ProcessTable(plan).rows(party)
            print_table(processes_table(say("processes"), rows, say), console(), say)
    return ExitCode.YES


def _all_rules(plan: Scenario, access: AccessTable, party: PartyId | None) -> list[Rule]:
    """Return the rights of a party, with those that it can be granted; none of nobody."""
    if party is None:
        return []
    return [row.rule for row in _rows(plan, access, party) if row.moment != "never"]


def _chosen(plan: Scenario, party: PartyId | None) -> list[PartyId]:
    if party is None:
        return list(plan.parties)
    if party not in plan.parties:
        expected = f"one of {', '.join(plan.parties)}"
        raise InputError([Problem("command line", "--party", expected, repr(party))])
    return [party]


def _rows(plan: Scenario, access: AccessTable, party: PartyId) -> Iterable[_Row]:
    """Return the rights of a party, those of each bundle it can be granted, and what its profile withholds."""
    for rule in access.rules[party]:
        yield _Row("always", "", rule)
    agreement = plan.agreements.get(party)
    themes = agreement.seconded_themes if agreement is not None else ()
    for bundle in access.bundles[party]:
        grant = make_grant(plan.parties[party], bundle, "{activity}", themes or ("{theme}",), 0)
        for rule in grant.rules:
            yield _Row("granted", bundle.id, rule)
    for rule in access.refusals[party]:
        yield _Row("never", "", rule)


def _document(
    plan: Scenario, access: AccessTable, processes: ProcessTable, party: PartyId
) -> dict[str, object]:
    return {
        "id": party,
        "profile": plan.parties[party].profile,
        "read": _entries(plan, access, party, Action.READ),
        "write": _entries(plan, access, party, Action.PUBLISH),
        "refused": [
            {"action": row.rule.action.value, **_entry(row)}
            for row in _rows(plan, access, party)
            if row.moment == "never"
        ],
        "processes": processes_document(processes.rows(party)),
    }


def _entries(plan: Scenario, access: AccessTable, party: PartyId, action: Action) -> list[dict[str, str]]:
    return [
        _entry(row)
        for row in _rows(plan, access, party)
        if row.rule.action is action and row.moment != "never"
    ]


def _entry(row: _Row) -> dict[str, str]:
    return {
        "topic": row.rule.pattern,
        "moment": row.moment,
        "bundle": row.bundle,
        "rule": row.rule.name,
        "source": row.rule.source,
    }


def _print(plan: Scenario, access: AccessTable, parties: list[PartyId], say: Speaker) -> None:
    screen = console()
    for party in parties:
        known = plan.parties[party]
        profile = plan.profiles[known.profile].name.in_language(say.language)
        title = f"{party} · {known.name.in_language(say.language)} · {profile}"
        made = table(
            title, say("access-moment"), say("attempt"), say("where"), say("rule"), say("access-source")
        )
        for row in _rows(plan, access, party):
            moment = say(f"access-{row.moment}", bundle=row.bundle)
            action = say("access-read") if row.rule.action is Action.READ else say("access-write")
            made.add_row(moment, action.lower(), row.rule.pattern, row.rule.name, row.rule.source)
        screen.print(made)
        screen.print()
