"""The REST API: a module for each resource, with its shapes, its operations and what they read or ask for."""
