"""The launch goes down."""

from ..event import Event


class Shutdown(Event):
    """Asks everything to end. `due_to_sigint`: the terminal has sent SIGINT to the processes already."""

    name = "launch.events.Shutdown"

    def __init__(self, *, reason: str = "reason not given", due_to_sigint: bool = False) -> None:
        self._reason = reason
        self._due_to_sigint = due_to_sigint

    @property
    def reason(self) -> str:
        """Why."""
        return self._reason

    @property
    def due_to_sigint(self) -> bool:
        """Whether Ctrl-C did it."""
        return self._due_to_sigint
