"""From one subscription of a topic to the next: while both deliver, each message is taken once."""

from __future__ import annotations


class Handover:
    """Remembers the messages of the moment in which two subscriptions are there. Not for longer: it forgets nothing."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, int, int]] = set()

    def is_new(self, source_ns: int, cdr: bytes) -> bool:
        """Whether the message did not come by the other subscription yet.

        source_ns: when it was published, ns since the epoch. Two messages of one instant differ in their bytes, or one
        of them says nothing that the other doesn't.
        """
        key = (source_ns, len(cdr), hash(cdr))
        if key in self._seen:
            return False
        self._seen.add(key)
        return True
