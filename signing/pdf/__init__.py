"""PDF 电子签名: places for signatures, signing, verifying. Pure library code, no tables. R138, R139, R143, R147.

Order of work: `slots.add_signature_fields` once, then for every signer `sign.prepare` and `sign.merge`, then `verify.verify_pdf`.
Nothing after the first step changes a byte that stands: signing only appends.
"""
