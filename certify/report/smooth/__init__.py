"""How certificates about networks with a smooth activation are reported."""
