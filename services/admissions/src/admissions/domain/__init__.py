"""The rules of upper-secondary admissions: pure functions, no clock, no database, no framework."""
