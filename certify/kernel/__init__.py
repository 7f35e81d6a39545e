"""The trusted kernel: stdlib and python-flint only, no floats. proofs/lemmas is the mathematics,
proofs/format the contract.
"""
