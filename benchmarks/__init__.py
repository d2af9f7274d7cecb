"""Benchmarks of the exchange, as ratios within one run. ``python -m benchmarks --help`` says how to repeat them."""
