"""Items merged into pictures: newest wins, age, conflict, difference."""
