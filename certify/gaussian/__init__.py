"""The Gaussian loss of two-layer networks: search, proofs, surveys. Untrusted: it only proposes."""
