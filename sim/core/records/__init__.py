"""The records of a run log: what each kind holds, the hash chain, the digest."""
