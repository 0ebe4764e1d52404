"""代理人备案: whether a registration agent and his agency have filed. R003."""
