"""The contamination tree of a fault on the screen."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from sim.core.assessment.evidence.lineage import Lineage, Node
from sim.core.assessment.judging.outcome import FaultResult
from sim.report.lineage.words import LineageWords


def print_lineage(fault: FaultResult, tree: Lineage, screen: Console, words: LineageWords) -> None:
    """Print the figures of a fault and its tree; what is too long for the screen is wrapped."""
    screen.print(Text(words.title(fault), style="bold"))
    screen.print(Text(words.about(fault)))
    screen.print(Text(" · ".join(f"{name}: {figure}" for name, figure in words.figures(fault))))
    screen.print(Text(words.summary(fault, tree)))
    screen.print()
    root, *others = tree.nodes
    made = Tree(_label(root, words))
    branches = {root.party: made}
    for node in others:
        assert node.parent is not None, "only the root has nobody who told it"
        branches[node.party] = branches[node.parent].add(_label(node, words))
    screen.print(made)
    screen.print(Text(words.say("lineage-records")))


def _label(node: Node, words: LineageWords) -> Text:
    told = f"{words.moment(node.at_ms)} (#{node.seq}) · {words.told(node)}"
    ended = " · ".join(part for part in (words.held(node), *words.marks(node), words.again(node)) if part)
    label = Text(words.name(node), style="bold")
    for line in (told, ended, words.built(node)):
        if line:
            label.append(f"\n{line}", style="not bold")
    return label
