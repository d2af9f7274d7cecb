"""Inviting: asking a standby partner to look along (Beleidskader par. 2.2.2).

The directing region does so; or the emergency service or manager through whose process the partner attaches, which
may decide on involving it.
"""

from __future__ import annotations

from sim.core.agents.acts import Cued, Publish
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.core.messages.contents import Invitation
from sim.core.model.cue import Invite


def invite(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    """Send the invitation that a cue asks for."""
    cue: Invite = stimulus.cue  # type: ignore[assignment]
    invitation = Invitation(activity=cue.activity, text=cue.text)
    return state, [Publish(brief.mail(cue.party, invitation), invitation, injects=(stimulus.inject,))]
