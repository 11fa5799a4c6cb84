#!/usr/bin/env python3
"""For tests of launch_testing: counts once a second until it is interrupted, and ends with 0."""

import itertools
import sys
import time


def main(arguments: list[str]) -> None:
    """Say what it is called with, then count."""
    if arguments:
        print(f"Called with arguments {arguments}")
    print("Starting Up")
    try:
        for loop in itertools.count():
            print(f"Loop {loop}")
            time.sleep(1.0)
    except KeyboardInterrupt:
        print("Shutting Down")


if __name__ == "__main__":
    main(sys.argv[1:])
