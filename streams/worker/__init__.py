"""A worker: it decides inputs and carries out effects, over small ports and a clock. It knows no Kafka and no Faust."""
