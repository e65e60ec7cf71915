"""What outlives the process of a run: what it made, what it saw, how far it came, and how all of that is taken away."""
