"""签名证据 (R141 溯源, R148): what proves a finished document, kept once, stamped by an outside clock, found by any 流水号."""
