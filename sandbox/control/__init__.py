"""What a tester does: read the stories, set faults, move the clock, see what was received."""
