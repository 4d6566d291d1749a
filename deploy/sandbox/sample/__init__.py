"""The sample firm in both stand-ins, and in `links.json` which of their records belong together."""
