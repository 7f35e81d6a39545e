"""How certificates about trained networks are reported."""
