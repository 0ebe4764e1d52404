"""手机实名核验: is this mobile registered in this person's name. R020."""
