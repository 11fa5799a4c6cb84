"""Processes of the machine, by name: simulators that outlive what started them."""

from __future__ import annotations

import os
import signal
import subprocess


def find_os_processes(name: str) -> list[tuple[str, str]]:
    """(process id, command line) of every process whose command line starts with `name`."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], check=True, capture_output=True, text=True).stdout
    processes = [line.strip().partition(" ")[::2] for line in listed.splitlines()]
    return [(pid, command.strip()) for pid, command in processes if command.strip().startswith(name)]


def kill_process(pid: str) -> None:
    """End a process at once (SIGKILL); what came of it is printed."""
    try:
        os.kill(int(pid), signal.SIGKILL)
    except OSError as error:
        print(f"Failed to kill process with PID: {pid}. Error: {error}")
    else:
        print(f"Successfully killed process with PID: {pid}")


def kill_os_processes(name: str) -> None:
    """End every process that `find_os_processes` finds."""
    processes = find_os_processes(name)
    if not processes:
        print(f"No processes found starting with {name}")
    for pid, _ in processes:
        kill_process(pid)
