"""How pricing keeps and reads its data."""
