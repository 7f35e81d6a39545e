"""`python -m benchmarks`."""

from __future__ import annotations

import sys

import benchmarks.threads  # noqa: F401 - before NumPy is loaded
from benchmarks.command import main

sys.exit(main(sys.argv[1:]))
