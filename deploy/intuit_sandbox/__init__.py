"""A smoke run against a sandbox company at Intuit itself, and what it shows of points that no page of Intuit's settles.

Everything else is tested against our stand-in, which goes by public pages. This asks the real one, for who has keys.
"""
