"""How admissions is kept: tables, statements, and the rule data read from files."""
