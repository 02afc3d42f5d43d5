"""What guidance can tell: one statement and one typed row each."""
