"""What ``beeld export`` writes: the files of each format, and how each is made."""
