"""审查: the examiner's desk."""
