"""Adapters to systems that only the registration system asks."""
