"""Telling people: an in-app inbox and text messages. Everything told once per reference, resent on request only."""
