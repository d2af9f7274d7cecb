"""beeld: exchange of situational pictures in net-centric crisis management, simulated."""
