"""The worker's ports on aiokafka and Faust, and what follows the log for those who read."""
