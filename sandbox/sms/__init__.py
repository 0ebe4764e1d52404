"""短信: sends short messages for the applications, and shows them on a page instead of a phone."""
