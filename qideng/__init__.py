"""企登 on the command line: start it, stop it, check it. Nothing of the business lives here."""
