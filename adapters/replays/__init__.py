"""Taking acts back together: planned beside everything that runs, applied as intents, told as the log says it."""
