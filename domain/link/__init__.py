"""A link's life: which states there are, how it comes from one to the next, and what may be asked of it in each."""
