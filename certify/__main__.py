"""`python -m certify`."""

from certify.cli import run

run()
