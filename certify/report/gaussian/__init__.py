"""How certificates about the Gaussian loss are reported."""
