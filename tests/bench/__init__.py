"""Measurements at size: CPU per request beside bare Flask in the same run. See `make bench`."""
