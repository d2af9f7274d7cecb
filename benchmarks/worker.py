"""A worker of a measured session: ``python -m benchmarks.worker``, started by the coordinator."""

from __future__ import annotations

import sys

from benchmarks.workload import Tally, roster
from sim.session.workers.__main__ import serve

if __name__ == "__main__":
    sys.exit(serve(roster(Tally())))
