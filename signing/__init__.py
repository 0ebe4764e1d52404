"""电子签名 (R131–R156): a Django project of its own, with its own database, URLs, worker and pages. reg talks HTTP to it."""
