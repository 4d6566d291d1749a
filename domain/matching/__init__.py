"""Which customer a client probably is: proposed, explained, and never carried out unasked."""
