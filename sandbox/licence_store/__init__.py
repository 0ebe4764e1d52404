"""电子证照库: ID cards and business licences as data. R016, R020."""
