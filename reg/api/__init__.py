"""JSON for pages and programs: thin, over the same ports, catalogue and services as the pages."""
