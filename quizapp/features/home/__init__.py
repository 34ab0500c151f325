"""The start page of each role, and sample people for trying things out."""
