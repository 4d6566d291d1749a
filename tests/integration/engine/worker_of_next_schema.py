"""`client-sync worker` of a version that knows one schema of the log more. Run with the same arguments."""

import streams.wire.records
from deploy.cli import main

if __name__ == "__main__":
    streams.wire.records.SCHEMA += 1
    main()
