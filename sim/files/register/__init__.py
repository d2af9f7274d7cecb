"""The register of points to improve (verbeterregister): read, checked, and added to."""
