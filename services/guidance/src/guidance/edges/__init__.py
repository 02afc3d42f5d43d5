"""What the doors and the pages have in common, so that neither needs the other."""
