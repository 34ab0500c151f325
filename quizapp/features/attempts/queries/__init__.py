"""Reading attempts: the one being taken, the result, the journal, and a quiz's overview."""
