"""任务接口: how business systems order signatures, ask how far they are and fetch the result. Contract: openapi.json."""
