"""Courses, their lessons, objectives, hazards and references, and who is enrolled."""
