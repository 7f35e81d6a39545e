"""What every kind rests on: exact numbers, balls, the ledger, positive definite matrices."""
