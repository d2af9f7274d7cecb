"""Taking things of others into a scenario: scripts, alerts, areas, series. What could not be taken over is said."""
