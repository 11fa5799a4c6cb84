"""Lines out of a process' output."""

import codecs


class OutputBuffer:
    """Collects bytes as they come and gives the lines that are whole; keeps everything if `is_cached`."""

    def __init__(self, *, is_cached: bool) -> None:
        self._is_cached = is_cached
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""
        self._texts: list[str] = []

    def feed(self, data: bytes) -> list[str]:
        """Lines that `data` completes, without line ends."""
        text = self._decoder.decode(data)
        if self._is_cached:
            self._texts.append(text)
        *lines, self._begun = (self._begun + text).split("\n")
        return [line.removesuffix("\r") for line in lines]

    def flush(self) -> list[str]:
        """The line that was begun and will not be completed, if any."""
        begun, self._begun = self._begun, ""
        return [begun] if begun else []

    def getvalue(self) -> str:
        """Everything so far; '' unless cached."""
        return "".join(self._texts)
