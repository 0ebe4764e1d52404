"""Tests of the whole house: its structure, and journeys through it."""
