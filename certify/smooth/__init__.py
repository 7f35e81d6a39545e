"""Networks with smooth activations on data: training and proofs. It only proposes."""
