"""The gateway's HTTP side: webhooks, REST, health. Pages for people are in `console`."""
