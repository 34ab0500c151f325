"""question_bank/ and the database: checking the files, loading what changed, saying which wins."""
