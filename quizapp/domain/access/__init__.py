"""Who may do what: roles, permissions, the policy table."""
