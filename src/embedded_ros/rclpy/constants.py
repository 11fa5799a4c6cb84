"""Numbers used throughout."""

S_TO_NS = 1_000_000_000
