"""入口: by one-time ticket from a client system, by 随申办 or by 电子营业执照 (R142, R152, R154)."""
