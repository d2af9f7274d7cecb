"""Many runs of one exercise: what differs between variants over the same seeds, and how sure that is."""
