"""The pure core: domain, messages, pictures, world, agents, engine and assessment. No I/O, no clock."""
