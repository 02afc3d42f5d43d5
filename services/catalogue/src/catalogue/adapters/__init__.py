"""How the catalogue keeps and reads its data."""
