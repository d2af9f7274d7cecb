"""A scenario to begin with: made of a few answers, an event of the catalogue, and the maker of stories."""
