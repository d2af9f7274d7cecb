"""Pages and documents made from what the product knows: HTML, PDF and Word; they work offline."""
