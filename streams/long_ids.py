"""Ids have an end: they are keys of tables, and PostgreSQL's indexes take no entry of more than 2,700 bytes."""

from domain.inputs import Cause, ClientObserved, Input

MOST_IN_AN_ID = 200
"""Characters. Canopy's, QuickBooks' and ours have some 40 at most."""

IDS = ("firm_id", "intent_id", "client_id", "customer_id", "deleted_id", "realm_id", "effect_id")
"""What a row is keyed by, under the names of our inputs; beside them the event's own."""


def long_ids(given: Input, cause: Cause) -> list[str]:
    """Name the ids of an input that are longer than an id may be."""
    ids = {name: getattr(given, name, None) for name in IDS}
    if isinstance(given, ClientObserved):
        ids["client_id"] = given.client.client_id
    ids["id"] = cause.id
    return [name for name, value in ids.items() if isinstance(value, str) and len(value) > MOST_IN_AN_ID]
