"""Networks with smooth activations on data: training and proofs. Untrusted: it only proposes."""
