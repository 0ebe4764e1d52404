"""签署 (R145, R148): who it is is proved first, then everything a ceremony holds is signed at once, with one event certificate."""
