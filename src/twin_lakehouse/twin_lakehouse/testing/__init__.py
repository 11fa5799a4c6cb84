"""For tests of lakes: servers and disks of their own. No other code imports this.

`./scripts/setup --tests` installs what the servers need.
"""

from twin_lakehouse.testing.disk import small_disk
from twin_lakehouse.testing.postgres import PostgresServer, running_postgres
from twin_lakehouse.testing.process import NotInstalledError, at_port, free_ports, wait_until
from twin_lakehouse.testing.s3 import ACCESS_KEY, SECRET_KEY, S3Server, running_s3

__all__ = [
    "ACCESS_KEY",
    "SECRET_KEY",
    "NotInstalledError",
    "PostgresServer",
    "S3Server",
    "at_port",
    "free_ports",
    "running_postgres",
    "running_s3",
    "small_disk",
    "wait_until",
]
