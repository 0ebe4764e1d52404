"""The house stays as it was planned: rooms complete, lists true, nothing in the tree that does not belong there."""
