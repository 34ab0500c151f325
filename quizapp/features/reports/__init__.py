"""What managers see: teams, completion, people, and the files of it."""
