"""Launch tests as tests of pytest."""
