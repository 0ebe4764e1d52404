"""签名任务 (R142, R149): batches of documents that a client system sends, their signature slots and who has to sign them."""
