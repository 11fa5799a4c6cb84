"""The shell of a node: what every node of the workspace does the same way around its core."""
