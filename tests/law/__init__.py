"""The law: what holds for the sources and for every printed line."""
