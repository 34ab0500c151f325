"""Keeping the figures right, enrolling people, and asking for files."""
