"""What faults of the script do to the exchange: when each enters, and what passes by it, is put in or comes back."""
