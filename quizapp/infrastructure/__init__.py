"""The outside world: database, context, events, jobs, audit, mail, files, passwords."""
