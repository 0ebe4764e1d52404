"""Pages of 电子签名: own home, to-dos, documents as pictures, ceremony, seal, results (R142, R143, R145, R149, R152)."""
