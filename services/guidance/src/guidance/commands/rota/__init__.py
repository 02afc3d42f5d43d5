"""What can be done with the rota."""
