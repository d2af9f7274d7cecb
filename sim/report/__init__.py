"""What goes on paper: HTML and PDF, and Word documents."""
