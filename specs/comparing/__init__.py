"""`specs diff`: what changed between two contracts, whom it breaks, and the request that shows it."""
