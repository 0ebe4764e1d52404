"""运维和审计: what an operator and an auditor see of a project, as values that a page shows or that travel to a sister's page.

A project says what its things are called in the module named by settings.QIDENG_OPERATIONS: `SYSTEMS`, `WORDS`, and
`declared()`, what its lookups declare for the time a system is down. No content of cases is here.
"""
