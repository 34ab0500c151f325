"""What administrators look after: people, the audit log, mail and jobs, and the server itself."""
