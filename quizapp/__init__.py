"""Training and graded quizzes for clinical practitioners."""

__version__ = "0.1.0"
