"""Sample accounts to sign in with, and sample people with a history to look at."""
