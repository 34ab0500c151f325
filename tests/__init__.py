"""Tests of quizapp; see docs/architecture.md for what lives where."""
