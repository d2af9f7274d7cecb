"""What the report on a sweep is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.core.assessment.judging.advice import AdviceRule
from sim.sweep.draws import SweepDraws
from sim.sweep.findings import Findings, find
from sim.sweep.results import Sweep
from sim.sweep.sensitivity import Sensitivity, sensitivity_of


@dataclass(frozen=True, slots=True)
class SweepMaterial:
    """A sweep, and what it shows.

    Attributes:
        sweep: The sweep.
        draws: Its figures by variant and seed.
        findings: What changes between its variants.
        sensitivity: What its results hang on.
    """

    sweep: Sweep
    draws: SweepDraws
    findings: Findings
    sensitivity: Sensitivity

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the variants that are laid beside the first, but for those that only try what results hang on."""
        tried = {variant.name for variant in self.sweep.plan.variants if variant.tried is not None}
        return tuple(name for name in self.findings.variants if name not in tried)

    @property
    def tried(self) -> tuple[str, ...]:
        """Return the variants that try what results hang on."""
        return tuple(name for name in self.findings.variants if name not in self.asked)


def sweep_material(sweep: Sweep, rules: Sequence[AdviceRule] = ()) -> SweepMaterial:
    """Return what the report on a sweep is made of; with the rules of the advice, what that hangs on too."""
    draws = SweepDraws(sweep)
    return SweepMaterial(sweep, draws, find(sweep, draws), sensitivity_of(sweep, draws, rules))
