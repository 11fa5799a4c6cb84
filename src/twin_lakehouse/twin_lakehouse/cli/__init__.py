"""The `twin` command: the operations on a twin, from the shell.

Other packages add commands with an entry point in group `twin.commands`: a function that takes the subparsers, adds a
parser (parents=[cli.lake_options()]) and sets its `run` default to a function of the parsed arguments that gives the
exit code.
"""

from twin_lakehouse.cli.options import add_command, add_twin, lake_options, opened_lake
from twin_lakehouse.cli.program import ENTRY_POINTS, main

__all__ = ["ENTRY_POINTS", "add_command", "add_twin", "lake_options", "main", "opened_lake"]
