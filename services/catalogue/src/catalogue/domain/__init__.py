"""The rules of the catalogue, without input, output or clock."""
