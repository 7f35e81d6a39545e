"""What searches for networks on data share, whatever the units: architectures, standardised data,
exact numbers and float64, and how a search is run. The wings `piecewise` and `smooth` import it.
"""
