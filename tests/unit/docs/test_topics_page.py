"""The tables of docs/topics.md are those that the code and the profiles give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.core.messages.topics import CONTENTS, RETAINED, Shape, example, parse
from sim.core.model.profile import Action, Profile, RightTemplate
from sim.files.places import profiles_folder
from sim.files.problems import Problems
from sim.files.profiles import read_profiles

PAGE = Path(__file__).parents[3] / "docs" / "topics.md"
ORDER = (
    "safety-region",
    "national-body",
    "national-reader",
    "core",
    "structural",
    "link",
    "standby",
    "ad-hoc",
)


def profiles() -> list[Profile]:
    known = read_profiles(profiles_folder(), Problems()).by_id
    assert set(known) == set(ORDER), "a profile that the page does not show"
    return [known[name] for name in ORDER]


def rights_of(profile: Profile) -> Iterator[tuple[str, RightTemplate]]:
    """Yield every right of a profile, with the bundle that it comes in; none for a standing one."""
    yield from (("", right) for right in profile.rights)
    for grant in profile.grants:
        yield from ((grant.id, right) for right in grant.rights)


def touches(template: str, shape: Shape) -> bool:
    """Say whether a right can concern topics of a shape."""
    wanted, levels = template.split("/"), shape.split("/")
    for place, part in enumerate(wanted):
        if part == "#":
            return True
        if place == len(levels):
            return False
        both_names = part.startswith("{") and levels[place].startswith("{")
        if part != "+" and not both_names and levels[place] != part and not levels[place].startswith("{"):
            return False
    return len(wanted) == len(levels)


def cell(profile: Profile, shape: Shape) -> str:
    letters = []
    for action, letter in ((Action.READ, "r"), (Action.PUBLISH, "w")):
        bundles = {
            bundle
            for bundle, right in rights_of(profile)
            if right.action is action and any(touches(topic, shape) for topic in right.topics)
        }
        if bundles:
            letters.append(letter if "" in bundles else f"{letter}*")
    return " ".join(letters) or "·"


def shapes_table() -> str:
    lines = ["| topic | contents (`message`) | retained | names its sender at |", "|---|---|---|---|"]
    for shape in Shape:
        kinds = ", ".join(f"`{content.__struct_config__.tag}`" for content in CONTENTS[shape])
        address = parse(example(shape, owner="who", party="who", sender="who"))
        named = address is not None and address.sender
        levels = [name for name in ("owner", "party", "sender") if named and f"{{{name}}}" in shape]
        sender = f"`{{{levels[0]}}}`" if levels else "·"
        lines.append(f"| `{shape.value}` | {kinds} | {'yes' if shape in RETAINED else 'no'} | {sender} |")
    return "\n".join(lines)


def matrix_table() -> str:
    lines = [f"| topic | {' | '.join(ORDER)} |", "|---|" + "---|" * len(ORDER)]
    for shape in Shape:
        cells = " | ".join(cell(profile, shape) for profile in profiles())
        lines.append(f"| `{shape.value}` | {cells} |")
    return "\n".join(lines)


def rights_table() -> str:
    lines = ["| profile | right | when | topics | rule |", "|---|---|---|---|---|"]
    for profile in profiles():
        for bundle, right in rights_of(profile):
            verb = "reads" if right.action is Action.READ else "writes"
            when = f"once granted: `{bundle}`" if bundle else "always"
            topics = ", ".join(f"`{topic}`" for topic in right.topics)
            lines.append(f"| {profile.id} | {verb} | {when} | {topics} | `{right.rule}` |")
    return "\n".join(lines)


TABLES = {"shapes": shapes_table, "matrix": matrix_table, "rights": rights_table}


@pytest.mark.parametrize("name", TABLES)
def test_table_of_the_page_is_the_one_of_the_code(name: str) -> None:
    """Mend with: python -m tests.unit.docs.test_topics_page."""
    text = PAGE.read_text()
    found = re.search(rf"<!-- {name}: begin -->\n(.*?)\n<!-- {name}: end -->", text, re.DOTALL)

    assert found is not None
    assert found[1] == TABLES[name]()


def publish() -> None:
    """Write the tables anew."""
    text = PAGE.read_text()
    for name, make in TABLES.items():
        before, _, rest = text.partition(f"<!-- {name}: begin -->\n")
        _, end, after = rest.partition(f"\n<!-- {name}: end -->")
        text = f"{before}<!-- {name}: begin -->\n{make()}{end}{after}"
    PAGE.write_text(text)


if __name__ == "__main__":
    publish()
