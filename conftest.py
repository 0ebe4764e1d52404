"""Fixtures every test may ask for. The database and the temporary DATA_DIR come from qideng/testing.py."""
