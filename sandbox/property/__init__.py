"""规资产权核验: what a property certificate says. R006."""
