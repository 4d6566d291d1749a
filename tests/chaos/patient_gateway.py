"""A gateway that waits longer for what a person asked for: on a machine that does much else, two seconds are not always enough.

That people are answered within two seconds, done or not, is tested with the gateway as it is (`tests/integration/gateway`).
"""

from unittest.mock import patch

from adapters.web.api import intents, positions
from deploy.cli import main

PATIENT_SECONDS = 10.0

if __name__ == "__main__":
    with (
        patch.object(positions, "WAIT_SECONDS", PATIENT_SECONDS),
        patch.object(intents, "WAIT_SECONDS", PATIENT_SECONDS),
    ):
        main()
