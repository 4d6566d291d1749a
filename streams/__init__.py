"""What carries records between Kafka and the domain."""
