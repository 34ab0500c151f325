"""Everything that grading reads: what publishing touches, corrections, reported problems."""
