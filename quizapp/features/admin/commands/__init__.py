"""What administrators change: people with their teams, failed jobs; and what they take away."""
