from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.agreement import Agreement
from sim.core.model.party import CoreTask

REGIONS = ("vr22", "vr23", "vr24")


@given(st.sets(st.sampled_from(REGIONS), min_size=1), st.sets(st.sampled_from(REGIONS)))
def test_an_agreement_holds_in_its_regions_only_with_what_each_added(
    bound: set[str], adding: set[str]
) -> None:
    general = Agreement("wl", CoreTask.MANAGER, "core", tuple(sorted(bound)), alarm_level=2)
    for region in sorted(adding & bound):
        general = general.with_addition(region, {"alarm_level": 4}, {})
    for region in REGIONS:
        here = general.in_region(region)
        assert (here is not None) == (region in bound)
        if here is not None:
            assert here.alarm_level == (4 if region in adding else 2)
