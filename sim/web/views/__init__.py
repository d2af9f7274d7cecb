"""What pages show, as values: worked out of a scene, without anything of the web."""
