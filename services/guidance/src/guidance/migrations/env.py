"""Run by Alembic: the migrations go through the connection that the runner hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
