"""The people of an organisation: who is there, and what waits for them."""
