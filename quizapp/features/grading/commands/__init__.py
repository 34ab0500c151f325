"""Everything that grading changes: publishing, marks by people, corrections, reported problems."""
