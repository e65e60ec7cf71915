"""What to send: planners, each a pure function from a contract to scenarios."""
