"""电子认证机构: root, issuing authority, event certificates, certificates of organisations. R148."""
