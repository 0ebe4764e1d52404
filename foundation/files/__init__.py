"""Files: bytes encrypted in chunks (SM4-GCM) on disk or in the object store, described by one row.

temporary → admitted → referenced; what nobody refers to is swept after 24 hours, files of cases never.
"""
