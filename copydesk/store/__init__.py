"""What OUT knows of every document, beside the snapshots: its rows, its bytes, and what they were made with.

A run edits only what this store does not hold yet, and the tables are put together from it. See docs/decisions/0010.
"""
