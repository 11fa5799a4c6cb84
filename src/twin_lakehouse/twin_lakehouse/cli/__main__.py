"""`python -m twin_lakehouse.cli` is `twin`."""

import sys

from twin_lakehouse.cli.program import main

sys.exit(main())
