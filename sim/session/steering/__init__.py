"""Steering: people hold the helm of an open session, and sit for its parties (docs/steering.md, decision 0043).

What they want comes in as commands, one JSON line each; what came of it goes out the same way. Whoever gives commands
can end nothing but the exercise itself, and that by the command which says so.
"""
