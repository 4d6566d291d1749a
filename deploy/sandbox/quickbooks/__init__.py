"""The QuickBooks Online stand-in: customers of several realms, the query language, signed webhooks."""
