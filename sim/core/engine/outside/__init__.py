"""What comes from outside the simulation: clients of others, people in seats, exercise staff who steer."""
