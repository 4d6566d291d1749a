"""Everything on this machine: starts the processes in order, restarts what ends, and stops them together."""

from deploy.up.run import run_all

__all__ = ["run_all"]
