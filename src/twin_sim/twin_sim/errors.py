"""What this package raises. Every message names the thing, the value and the way out."""

from __future__ import annotations

from pathlib import Path


class TwinSimError(Exception):
    """Base of all errors of this package. `recoverable`: the caller may try the same again later."""

    recoverable = False


class WorldError(TwinSimError):
    """A world file that cannot be used. `key` is the path of the entry inside the file, "" for the file itself."""

    def __init__(self, path: Path, key: str, problem: str) -> None:
        self.path = path
        self.key = key
        self.problem = problem
        super().__init__(f"{path}: {key}: {problem}" if key else f"{path}: {problem}")


class RobotModelError(TwinSimError):
    """A robot description (URDF) that the simulator cannot turn into a MuJoCo model."""


class CameraUnavailableError(TwinSimError):
    """No OpenGL context for rendering; everything but the camera goes on."""


class SimulatorBusyError(TwinSimError):
    """The simulation loop did not take a request in time."""

    recoverable = True


class PlacementError(TwinSimError):
    """A pose at which the robot cannot be put down."""


class ExportError(TwinSimError):
    """Files of a world that cannot be written."""

    recoverable = True
