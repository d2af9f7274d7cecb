"""The event queue, the step, the deliveries that rights foresee, and the records of a run."""
