"""Where recordings are: the raw message of a row, and what makes a job's folder a bag."""

from __future__ import annotations

from twin_lakehouse.errors import InvalidValueError

LOG_TIME = "#log_time="
"""What stands between the key and the time; a key has no '#'."""


def bag_metadata_key(asset_id: str, job_id: str) -> str:
    """The key of the file beside a job's recordings that names them all: with it the folder is a rosbag2 bag."""
    return f"raw/{asset_id}/job_id={job_id}/metadata.yaml"


def raw_reference(raw_path: str) -> tuple[str, int | None]:
    """The key of the recording and the log time (ns) of the message inside, of a row's `raw_path`.

    None: the path names a whole file, as that of a segment does. Example of the other:
    "raw/a/job_id=j/000000.mcap#log_time=1700000000000000000".
    Raises InvalidValueError.
    """
    key, found, log_ns = raw_path.partition(LOG_TIME)
    if not found:
        return key, None
    if not key or not (log_ns.isascii() and log_ns.isdigit()):
        raise InvalidValueError("raw_path", raw_path, allowed=f"KEY or KEY{LOG_TIME}NANOSECONDS")
    return key, int(log_ns)
