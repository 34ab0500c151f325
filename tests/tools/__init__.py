"""Commands for developers that `make` calls."""
