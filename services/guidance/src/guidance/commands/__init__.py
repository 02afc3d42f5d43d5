"""What can be asked of guidance."""
