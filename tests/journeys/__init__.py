"""Whole jobs in a real browser, against everything `qideng up` starts. Each file runs on its own, in any order."""
