"""办件: the flow of a case, and the applicant's pages."""
