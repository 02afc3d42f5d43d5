"""How guidance keeps and reads its data."""
