"""Workers: parties spread over processes, which may be on other machines.

A worker plays some of the parties of a run and holds their connections to the broker. All else stays with the
coordinator: world, agenda, ledger, faults, screening and log. What passes between them are frames
(:mod:`sim.session.workers.frames`) over control topics (docs/workers.md).
"""
