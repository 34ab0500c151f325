"""What people can do here, one folder per feature; each knows only the features below it."""
