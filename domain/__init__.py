"""What is true and what to do about it, with no clock, no I/O and no chance in it."""
