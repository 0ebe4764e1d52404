"""README of an evidence export (怎样自己核对): each piece with the openssl command that checks it and what it must print.

A line that begins with `$` is a command, a line that begins with `=` is part of what it prints. A test runs them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise

_ID = "distid:1234567812345678"
_VERIFIED = "Signature Verified Successfully"
_NO_STAMP = "签名证据的可信时间戳还没有取到，系统会自动再取。过些时候再导出一次，就会有 timestamp 文件夹。"

Steps = list[str]


def readme(title: str, code: str, made_at: datetime, steps: Iterable[str]) -> str:
    """The whole text."""
    head = [
        f"《{title}》的签名证据",
        f"验签码 {code}，导出时间 {made_at:%Y-%m-%d %H:%M:%S}（北京时间）",
        "",
        "这个文件夹里是什么",
        "  document.pdf        签好的文件",
        "  evidence.json       证据主文：文件、编号、每个签名一行，带各自明细的 SM3",
        "  signatures/         每个签名的证书、签名属性、签名值；part.json 是这个签名的明细。企业盖章的是签章信息",
        "                      （tbs-sign.der）和签章值，seal 里是印章：制章者签名的内容、签名值、证书、图案",
        "  timestamp/          证据主文的可信时间戳",
        "  manifest.txt        以上每个文件的 SM3；manifest.sig 是对它的 SM2 签名",
        "",
        "怎样自己核对",
        "  只要 OpenSSL 3 和系统自带的 head、tail、od、tr。在这个文件夹里逐条运行 $ 开头的命令，输出里应当有 = 后面的内容。",
        "  明细只给本人和办案人员：没有 part.json 的签名，主文里仍有它的 SM3，将来可以对上。",
    ]
    return "\n".join([*head, *steps, ""])


def ran(command: str, shows: str) -> Steps:
    """A command and what it must print."""
    return [f"  $ {command}", f"  = {shows}"]


def _sm3(name: str, digest: str) -> Steps:
    return ran(f"openssl dgst -sm3 {name}", digest)


def value(place: str, signed: str = "attributes.der") -> Steps:
    """That the value beside the certificate at `place` is over the file `signed`."""
    return ran(
        f"openssl pkeyutl -verify -certin -inkey {place}/certificate.pem -rawin -digest sm3 -pkeyopt {_ID}"
        f" -in {place}/{signed} -sigfile {place}/value.der",
        _VERIFIED,
    )


def chain(certificates: Iterable[str], moment: int) -> Steps:
    """Every hop from the first certificate upwards, at a moment in seconds since 1970."""
    steps: Steps = []
    for below, above in pairwise(certificates):
        steps += ran(
            f"openssl verify -partial_chain -x509_strict -attime {moment} -vfyopt {_ID} -trusted {above} {below}",
            f"{below}: OK",
        )
    return steps


def whole(digest: str) -> Steps:
    return ["", "证据主文的 SM3（时间戳盖的就是它，审计日志里也有）", *_sm3("evidence.json", digest)]


def signature(
    number: int,
    signer: str,
    covered: tuple[int, int, int],
    digest: str,
    moment: int,
    certificates: Iterable[str],
    seal: Steps | None = None,
) -> Steps:
    """Digest of what is covered, that it is what was signed, the value, the chain at the time of signing."""
    head, tail, length = covered
    place = f"signatures/{number}"
    return [
        "",
        f"第 {number} 个签名（{signer}）",
        "  文件里这个签名保护的内容，算出的 SM3",
        *ran(
            f"{{ head -c {head} document.pdf; tail -c +{tail + 1} document.pdf | head -c {length}; }} | openssl dgst -sm3",
            digest,
        ),
        *(seal or _attributes(place, digest)),
        "  签署时证书有效，一级一级通到根证书。最上面一张请和您自己取得的根证书比对",
        *chain(certificates, moment),
    ]


def _attributes(place: str, digest: str) -> Steps:
    return [
        "  签名属性里写的是同一个 SM3",
        *ran(f"openssl asn1parse -inform DER -in {place}/attributes.der", digest.upper()),
        "  签名值成立（SM2、SM3）",
        *value(place),
    ]


def part(number: int, digest: str) -> Steps:
    name = f"signatures/{number}/part.json"
    return ["", f"第 {number} 个签名的明细，SM3 和证据主文里 part_sm3 一样", *_sm3(name, digest)]


def stamp(files: Mapping[str, bytes], digest: str, at: datetime | None) -> Steps:
    """That the token is over the main part, its value, its certificate's purpose and chain."""
    if at is None or "timestamp/token.der" not in files:
        return ["", "可信时间戳", f"  {_NO_STAMP}"]
    names = ["timestamp/certificate.pem", *sorted(name for name in files if name.startswith("timestamp/issuer-"))]
    return [
        "",
        "可信时间戳：盖的是证据主文，时间是",
        *ran(
            "openssl ts -reply -token_in -in timestamp/token.der -text -token_out",
            f"{at:%b} {at.day:>2} {at:%H:%M:%S %Y} GMT",
        ),
        *ran("openssl asn1parse -inform DER -in timestamp/info.der", digest.upper()),
        "  签名值成立，证书只用于时间戳，通到根证书",
        *value("timestamp"),
        *ran("openssl x509 -in timestamp/certificate.pem -noout -ext extendedKeyUsage", "Time Stamping"),
        *chain(names, int(at.timestamp())),
    ]


def manifest(key_sm3: str) -> Steps:
    return [
        "",
        "整个文件夹：清单由企登电子签名签名。公钥请和验签页面上公布的比对",
        *_sm3("qideng-signing.pem", key_sm3),
        *ran(
            f"openssl pkeyutl -verify -pubin -inkey qideng-signing.pem -rawin -digest sm3 -pkeyopt {_ID}"
            " -in manifest.txt -sigfile manifest.sig",
            _VERIFIED,
        ),
    ]
