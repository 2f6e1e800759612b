"""Grids and field solvers for layered skin."""
