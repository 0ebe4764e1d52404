"""Role × verb × object: who may what, over HTTP, for every address. And that nothing personal stays behind."""
