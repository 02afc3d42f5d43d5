"""Where all tables of the service are known."""

from shared.tables import metadata

METADATA = metadata()
