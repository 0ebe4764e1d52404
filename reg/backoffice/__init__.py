"""后台: what operators, auditors and the keepers of window addresses do at the desk."""
