"""Realistic companies for load and for trying things out: invented, deterministic by seed, refused in production.

The n-th company of a seed is always the same, whoever makes it and however many are made.
"""
