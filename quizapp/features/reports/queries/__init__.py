"""Reading what managers follow: figures, rows of the report, a person, who could be enrolled."""
