"""Read by Alembic at each run: the migrations go over the connection, and in the transaction, of who asks."""

from alembic import context

from adapters.store.kept_tables import kept

context.configure(
    connection=context.config.attributes["connection"], target_metadata=kept, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
