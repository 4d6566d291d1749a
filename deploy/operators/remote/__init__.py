"""The way to a gateway: HTTP and a token, and nothing of Kafka or the database."""
