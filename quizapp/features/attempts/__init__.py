"""Taking a quiz: start, saving answers, hand-in, marking, result and review."""
