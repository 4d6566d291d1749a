"""`python -m tests.histories`: records all histories anew, which is done on purpose when a rule has changed."""

import sys

from tests.histories.history import lines_of, write
from tests.histories.recorded import MOST_DECISIONS, STORIES

for name, tell in STORIES.items():
    with tell() as company:
        count = write(name, lines_of(company, MOST_DECISIONS))
    sys.stdout.write(f"{name}: {count} decisions\n")
