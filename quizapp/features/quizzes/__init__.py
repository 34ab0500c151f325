"""Quiz definitions and their versions; what an attempt may draw."""
