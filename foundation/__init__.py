"""The ground under both applications: who acts, what time it is, what is written down, what is asked outside.

Each project (reg, signing, sandbox) migrates these tables into its own database; no table is shared.
"""
