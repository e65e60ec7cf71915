"""What people and machines get to see: one report value, and everything that is made from it."""
