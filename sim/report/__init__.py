"""Pages and documents made from what the product knows; they work offline, from one file."""
