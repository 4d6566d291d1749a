"""Doing in bulk: both lists with what people choose for each row, and batches, carried out row by row as intents."""
