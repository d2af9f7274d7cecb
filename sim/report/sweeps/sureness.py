"""How sure what a sweep says is: the method in plain words, how many seeds are enough; and where its claims end."""

from __future__ import annotations

from typing import Final

from sim.report.blocks import Bullets, Facts, Paragraph, Section
from sim.report.sweeps.material import SweepMaterial
from sim.report.sweeps.words import SweepWords
from sim.sweep.findings import MATTERS_OF_CHANCE, MATTERS_OF_NORM
from sim.sweep.statistics import RESAMPLES, SEEDS_MIN

_METHOD: Final = ("pairs", "median", "chance", "several", "open", "few")
_LIMITS: Final = ("model", "scenario", "norms", "advice", "ranking", "luck")


def sureness_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return how figures were found and how sure they are, and how many seeds are enough."""
    say, findings = words.say, material.findings
    enough = say("sweep-enough-unknown")
    if findings.enough is not None:
        key = "sweep-enough-yes" if findings.enough <= findings.seeds else "sweep-enough-no"
        enough = say(key, count=findings.enough, seeds=findings.seeds)
    told = {"resamples": RESAMPLES, "least": SEEDS_MIN}
    return Section(
        "sureness",
        say("sweep-sureness"),
        (
            Facts(
                say("sweep-sureness"),
                (
                    (say("sweep-looked-at"), str(findings.looked_at)),
                    (say("sweep-sure"), str(findings.sure)),
                    (say("sweep-open"), str(findings.open)),
                    (say("sweep-enough"), enough),
                ),
            ),
            Bullets(tuple((0, say(f"sweep-method-{name}", **told)) for name in _METHOD)),
            Paragraph(
                say(
                    "sweep-enough-rule",
                    norm=f"{MATTERS_OF_NORM:.0%}",
                    points=f"{MATTERS_OF_CHANCE * 100:.0f}",
                )
            ),
        ),
    )


def limits_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return what a sweep claims, and what not."""
    del material  # the same for every sweep; sections are all called alike
    entries = tuple((0, words.say(f"sweep-limit-{name}")) for name in _LIMITS)
    return Section("limits", words.say("sweep-limits"), (Bullets(entries),))
