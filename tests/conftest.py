"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

# No deadline: how fast an example runs on a busy machine says nothing about the product.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
