"""Outside systems that 电子签名 reaches by itself (R152): 电子营业执照, 多源认证, 电子认证机构. One folder per system.

随申办 and the log-in of enterprises are foundation.identity.oauth, text messages foundation.notify.
"""
