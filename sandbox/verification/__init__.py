"""多源认证: proves by face, or by three facts, that this is the person. R145, R148."""
