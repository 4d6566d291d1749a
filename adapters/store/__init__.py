"""SQL: which firm has which realm, what people read, what was asked. The log stays the truth of all rows."""
