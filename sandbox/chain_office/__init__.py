"""连锁总部业务系统: a second customer of 电子签名. It knows nothing of it but `signing_client`. R131–R138, R142, R150."""
