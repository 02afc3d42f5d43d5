"""Run by Alembic: the migrations go through the connection that the runner hands over."""

from alembic import context

from pricing.adapters.tables import METADATA

# The metadata gives constraints and indexes their names; the tables themselves stand in each version as they were then.
context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
