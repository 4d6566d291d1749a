"""Intuit's webhooks: from the signature to the notices in Kafka."""
