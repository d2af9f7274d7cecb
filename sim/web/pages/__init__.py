"""The pages, one module each: what a page shows, worked out of the scene of a run at a moment."""
