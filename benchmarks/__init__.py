"""What certify costs, beside its peers: `python -m benchmarks`."""
