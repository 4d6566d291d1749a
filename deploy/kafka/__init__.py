"""Apache Kafka on this machine, from Python packages alone: no Docker, no Java, no Maven.

One KRaft node for development and tests. What it acknowledged survives a killed process; power loss is another
matter (nothing is flushed before it is acknowledged, and there is no second copy), so production has a cluster of its own.
"""
