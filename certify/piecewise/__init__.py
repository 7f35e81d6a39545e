"""Networks with piecewise linear units on data: fits, training, proofs. Untrusted: it only proposes."""
