"""Planted faults and benign variants: every way in which an imitation can be told to differ from its contract.

`mockgen.faults.table` holds them all by name.
"""
