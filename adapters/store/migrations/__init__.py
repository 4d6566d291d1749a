"""How the kept tables came to be what they are, one file in `versions/` for each change. Alembic runs them."""
