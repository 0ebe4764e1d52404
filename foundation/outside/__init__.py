"""Every call to the outside world: a client with limits, an answer in our words, a visible lookup, a health page."""
