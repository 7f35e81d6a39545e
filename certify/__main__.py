"""`python -m certify`."""

from certify.cli import app

app()
