"""Bugs on purpose: small patches of the product, each of which the simulator has to notice."""
