"""The rules of pricing, without input, output or clock."""
