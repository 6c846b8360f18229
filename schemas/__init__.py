"""The contracts of the tables: one Open Data Contract Standard file each. Data, no code."""
