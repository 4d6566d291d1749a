"""What runs it: commands, wiring, a local Kafka and stand-ins. The one place that sees all parts."""
