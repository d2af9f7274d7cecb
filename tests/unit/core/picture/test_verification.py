from __future__ import annotations

import pytest

from sim.core.messages.items import VerificationStatus
from sim.core.picture.verification import TRANSITIONS, may_become

STATUS = VerificationStatus


def test_every_status_leads_somewhere_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == {None, *STATUS}
    assert {after for ways in TRANSITIONS.values() for after in ways} == set(STATUS)


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        (None, STATUS.UNVERIFIED, True),
        (None, STATUS.REFUTED, False),
        (None, STATUS.LAPSED, False),
        (STATUS.UNVERIFIED, STATUS.VERIFIED, True),
        (STATUS.REFUTED, STATUS.LAPSED, False),
        (STATUS.LAPSED, STATUS.LAPSED, False),
    ],
)
def test_a_way_that_is_not_in_the_table_does_not_exist(
    before: VerificationStatus | None, after: VerificationStatus, may: bool
) -> None:
    assert may_become(before, after) is may
