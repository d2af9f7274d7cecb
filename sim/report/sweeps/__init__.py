"""The report on a sweep: what changes between its variants, for whom, at what cost, and how sure that is."""
