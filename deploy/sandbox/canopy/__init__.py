"""The Canopy stand-in: the clients of several firms over HTTP, and every change as an event on Kafka.

Canopy publishes no API reference; the paths and the event are this project's contract with Canopy's engineers.
"""
