"""The trusted kernel: stdlib and python-flint only, no floats. proofs/LEMMAS.md is the mathematics,
proofs/FORMAT.md the contract.
"""
