"""What the wings `piecewise` and `smooth` share: architectures, standardised data, parameters in
float64, and how a search is run. Both are about the empirical risk of networks on data.
"""
