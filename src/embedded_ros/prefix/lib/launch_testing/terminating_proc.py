#!/usr/bin/env python3
"""For tests of launch_testing: works for a second, and ends with 0, or with 1 if `--exception` is given."""

import contextlib
import sys
import time


def main(arguments: list[str]) -> None:
    """Get ready, say what it is called with, work."""
    print("Starting Up")
    time.sleep(1.0)
    print("Ready")
    if arguments:
        print(f"Called with arguments {arguments}")
    if "--exception" in arguments:
        raise RuntimeError("Process had a pretend error")
    with contextlib.suppress(KeyboardInterrupt):
        print("Emulating Work")
        time.sleep(1.0)
        print("Done")
    print("Shutting Down")


if __name__ == "__main__":
    main(sys.argv[1:])
