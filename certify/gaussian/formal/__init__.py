"""Certificates for Coq: what is written, and what coqc says of it."""
