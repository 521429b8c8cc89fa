"""Runs drawings: expressions, decisions, instances, time, journal. Knows no department and no form."""
