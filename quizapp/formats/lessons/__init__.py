"""Lessons: Markdown with front matter, figures, callouts, evidence badges and inline checks."""
