"""How certificates about piecewise linear networks on data are reported."""
