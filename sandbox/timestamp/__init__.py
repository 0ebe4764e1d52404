"""时间戳服务 (RFC 3161 over HTTP): tokens by SM2 with SM3, its certificate from the authority of this sandbox. R141."""
