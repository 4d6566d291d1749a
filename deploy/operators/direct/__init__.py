"""The way to Kafka and the database themselves."""
