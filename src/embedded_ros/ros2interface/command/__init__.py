"""The command itself."""
