"""Subjects of the underlay's benchmark, each ours beside a peer."""
