"""For people who write contracts: a first one to edit, what is still guessed, and which facts nobody carries."""
