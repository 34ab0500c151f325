"""The question bank: questions, their versions, cases, and the editor."""
