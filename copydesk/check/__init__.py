"""What the tables promise, and whether they keep it: contracts, typed rows, the audit before publishing."""
