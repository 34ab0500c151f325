"""What an author fills in: the fields of every question, and the editor around them."""
