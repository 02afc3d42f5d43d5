"""Events to the services: through the HTTP door, or onto the municipality's own topics."""
