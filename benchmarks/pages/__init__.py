"""How well the pages keep up with a large exercise that goes on (``python -m benchmarks.pages_load``)."""
