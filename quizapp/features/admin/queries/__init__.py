"""Reading what administrators see: people, what happened, mail and jobs."""
