"""人口实人核验: do name and document number belong together, and is the person alive. R003, R016, R020."""
