"""Everything that changes attempts: starting, saving answers, handing in."""
