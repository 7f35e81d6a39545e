"""Networks with piecewise linear units on data: fits, training, proofs. It only proposes."""
