"""`tests.read_anew deploy worker`: runs a module in a process that reads it from nothing, with the settings it is given.

A forked process has read its libraries under the settings of the tests. aiohttp makes its TLS context as it is read, so
one that is to believe the authority in SSL_CERT_FILE has to begin anew. It stays the same process, and ends with us.
"""

import os
import sys

if __name__ == "__main__":
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])  # noqa: S606 - it is our own program
