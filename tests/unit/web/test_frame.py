"""What is sent of a page that moves: what changed, and of pieces that did not no more than that they are the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.web.frame import Sent, kept


def part(*pieces: tuple[str, str]) -> str:
    return (
        "<table>"
        + "".join(f'<!--p--><tr id="{name}"><td>{text}</td></tr><!--/p-->' for name, text in pieces)
        + "</table>"
    )


def test_a_part_that_did_not_change_is_not_sent() -> None:
    sent = Sent()
    assert sent.changed({"live-clock": "T+1", "live-items": part(("a", "1"))}).keys() == {
        "live-clock",
        "live-items",
    }
    assert sent.changed({"live-clock": "T+2", "live-items": part(("a", "1"))}) == {"live-clock": "T+2"}


def test_a_piece_that_did_not_change_is_only_named() -> None:
    sent = Sent()
    first = sent.changed({"live-items": part(("a", "1"), ("b", "1"))})
    assert first == {"live-items": '<table><tr id="a"><td>1</td></tr><tr id="b"><td>1</td></tr></table>'}, (
        "the first time a browser is sent all of it, without the marks"
    )
    assert sent.changed({"live-items": part(("c", "1"), ("b", "2"), ("a", "1"))}) == {
        "live-items": '<table><tr id="c"><td>1</td></tr><tr id="b"><td>2</td></tr><tr id="a" data-same></tr></table>'
    }


def test_a_piece_that_was_away_is_sent_whole_when_it_is_back() -> None:
    sent = Sent()
    sent.changed({"live-items": part(("a", "1"))})
    sent.changed({"live-items": part()})
    assert sent.changed({"live-items": part(("a", "1"))}) == {
        "live-items": '<table><tr id="a"><td>1</td></tr></table>'
    }


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12")), min_size=1, max_size=8))
def test_who_keeps_what_is_the_same_has_what_the_server_has(pages: list[dict[str, str]]) -> None:
    sent, held = Sent(), dict[str, str]()
    for page in pages:
        shown = part(*page.items())
        found = sent.changed({"live-items": shown}).get("live-items")
        if found is None:
            continue
        held = {
            name: held[name] if f'<tr id="{name}" data-same>' in found else text
            for name, text in page.items()
        }
        assert held == page
        assert all(f'id="{name}"' in found for name in page)


def test_a_piece_is_made_once_for_all_who_look() -> None:
    made = []

    def macro(text: str) -> str:
        made.append(text)
        return f"<b>{text}</b>"

    first = kept(("test-frame", "nl", "x"), macro, "x")
    again = kept(("test-frame", "nl", "x"), macro, "x")
    other = kept(("test-frame", "en", "x"), macro, "y")
    assert (str(first), str(again), str(other)) == ("<b>x</b>", "<b>x</b>", "<b>y</b>")
    assert made == ["x", "y"]
