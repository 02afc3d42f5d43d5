"""The subcommands: each reads its options, does one thing through the other modules, and says how it went."""
