"""Scorers, one a set of cases: pure functions from gold and tables to figures. Nothing here runs copydesk."""
