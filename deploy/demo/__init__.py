"""The support article's story, Fiona Gallagher, played against a system of its own, without a browser.

`make demo` prints each step with what Canopy, QuickBooks and the link hold, and fails if any differs from what is said.
"""
