"""The gateway's HTTP side. Here is what all its rooms stand on, and `app`, which puts them together."""
