"""The trusted kernel: stdlib and python-flint only, no floats. proofs/lemmas is the mathematics,
proofs/FORMAT.md the contract.
"""
