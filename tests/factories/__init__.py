"""Things that tests need, made through the app's own commands; one file per feature."""
