"""Certificates for networks on data sets: tables, constructions of local minima, better points. Untrusted: the kernel decides."""
