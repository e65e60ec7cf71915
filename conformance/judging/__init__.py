"""What it proves: checks, each a pure function from a view of the history to findings."""
