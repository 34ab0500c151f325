"""People, their roles and sign-in: passwords, sessions, one-time links, limits on guessing.

The administrator's pages about people are in `admin`, because they show teams and courses too.
"""
