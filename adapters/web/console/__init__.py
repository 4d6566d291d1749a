"""The console: pages for a firm's people, rendered here from the read model; what they do goes by the API."""

from adapters.web.console.routes import add_console

__all__ = ["add_console"]
