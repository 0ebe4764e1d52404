"""企业名称: parts, words that may not stand in a name, comparison with all others, reservation. R101-R111.

Pure rules first (text, parts, parsing, readings, checks, comparison), then the index and the reservation in the database.
"""
