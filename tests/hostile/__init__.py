"""Hostile and harmless inputs, made when they are needed: what `test_*.py` beside them hand to real builds."""
