"""For those who write client events: is this event right, and if not, why.

The verdict is the worker's own: what its reader takes is right, whatever is said besides.
"""
