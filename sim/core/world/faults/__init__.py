"""Faults: injects that make information wrong, each with its known answer (decision 0021).

A fault enters at one hop, in good faith: nobody in the exercise knows that it is one. What comes of it carries its
id, through every message that is made from it.
"""

from sim.core.world.faults.alteration import Setting, altered, fact_of, restated, told
from sim.core.world.faults.fault import After, Fault, FaultType, Hop, KnownAnswer, When
from sim.core.world.faults.hops import ANSWERS, TYPES_AT, hops_of

__all__ = [
    "ANSWERS",
    "TYPES_AT",
    "After",
    "Fault",
    "FaultType",
    "Hop",
    "KnownAnswer",
    "Setting",
    "When",
    "altered",
    "fact_of",
    "hops_of",
    "restated",
    "told",
]
