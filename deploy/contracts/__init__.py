"""The event contracts, written down from the code that reads and writes them: `make docs`."""
