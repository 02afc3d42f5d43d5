"""The rules of guidance, without input, output or clock."""
