"""What measures work on and what they give: cases and spread of faults, figures with their records."""
