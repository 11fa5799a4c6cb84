"""What a core logs reaches the node's logger at its level, and only until the route is closed."""

from __future__ import annotations

import logging

from twin_node.logs import LogRoute


class Heard:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def info(self, message: str) -> bool:
        self.lines.append(("info", message))
        return True

    def warning(self, message: str) -> bool:
        self.lines.append(("warning", message))
        return True

    def error(self, message: str) -> bool:
        self.lines.append(("error", message))
        return True


def test_records_of_the_named_loggers_keep_their_level() -> None:
    heard = Heard()
    route = LogRoute(heard, "core_of_a", "core_of_b")
    part = logging.getLogger("core_of_a.part")
    part.propagate = True  # launch's pytest plugin makes loggers that don't
    part.debug("segment=%d", 1)
    part.info("segment=%d", 2)
    logging.getLogger("core_of_b").warning("late")
    logging.getLogger("core_of_b").critical("broken")
    logging.getLogger("elsewhere").error("not ours")
    route.close()
    assert heard.lines == [("info", "segment=2"), ("warning", "late"), ("error", "broken")]


def test_closed_route_hands_nothing_on() -> None:
    heard = Heard()
    LogRoute(heard, "core_of_c").close()
    logging.getLogger("core_of_c").error("after the end")
    assert heard.lines == []
    assert logging.getLogger("core_of_c").propagate
