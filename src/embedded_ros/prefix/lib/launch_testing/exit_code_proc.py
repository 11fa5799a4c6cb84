#!/usr/bin/env python3
"""For tests of launch_testing: ends with 1; by an exception with `--exception`, without a word with `--silent`."""

import sys


def main(arguments: list[str]) -> int:
    """End."""
    if "--silent" not in arguments:
        if "--exception" in arguments:
            raise RuntimeError("Process had a pretend error")
        print("Exiting with a code")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
