"""Teams of people whom a manager follows, with dated memberships."""
