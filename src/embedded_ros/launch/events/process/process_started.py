"""A process was started."""

from .running_process_event import RunningProcessEvent


class ProcessStarted(RunningProcessEvent):
    """The process runs."""

    name = "launch.events.process.ProcessStarted"
