"""Everything that changes people, their roles, passwords and sessions."""
