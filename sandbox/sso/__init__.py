"""随申办单点登录: who is this person. R003."""
