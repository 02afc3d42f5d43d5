"""What can be done with calendars."""
