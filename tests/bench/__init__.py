"""Measures speed at size; `make bench` runs it."""
