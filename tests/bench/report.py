"""What a bench has measured is said as it goes."""

import sys


def say(sentence: str) -> None:
    """Print a sentence, at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
