"""验签 by the openssl command line: a second opinion that shares no code with ours.

`python -m signing.pdf.openssl_check FILE ROOT.pem [SUB.pem …]` prints a line for every step and fails if one fails.
Here bytes are only cut out; every digest, value and hop of a chain is judged by openssl. Whatever is not as our
container writes it is refused, so that no byte of a signed file can be changed unseen. openssl cannot carry the SM2
identifier along a chain, so each hop is a step of its own.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

SM2_ID = "distid:1234567812345678"
MISSING = "没有找到 openssl 3 命令。请安装系统软件包 openssl（Debian、Ubuntu：apt install openssl），再运行一次。"

_RANGE = re.compile(rb"/ByteRange ?\[(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10})\]")
_GAP = re.compile(rb"<((?:[0-9a-f]{2})+)>")
_TIME = re.compile(rb"/M ?\(D:(\d{14})\+(\d\d)'(\d\d)'\)")
_NAME = re.compile(r"commonName\s+= (.+)")
_END = re.compile(rb"%%EOF[\r\n]{0,2}$")

# DER of what a container of ours always says
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DETACHED = bytes.fromhex("300b06092a864886f70d010701")
_VERSION = bytes.fromhex("020101")
_SM3 = bytes.fromhex("300a06082a811ccf55018311")
_SM2_WITH_SM3 = bytes.fromhex("300a06082a811ccf55018375")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")


class OpensslMissing(RuntimeError):
    """There is no openssl 3 on this machine."""


class Unreadable(ValueError):
    """Not as we write it."""


@dataclass(frozen=True)
class Step:
    """One thing openssl was asked."""

    text: str
    ok: bool

    def __str__(self) -> str:
        return f"{'OK  ' if self.ok else '失败'}  {self.text}"


@dataclass(frozen=True)
class Opinion:
    """What openssl says about a file."""

    signers: tuple[str, ...]
    """Names in the certificates, in the order of signing."""
    steps: tuple[Step, ...]

    @property
    def ok(self) -> bool:
        return bool(self.signers) and all(step.ok for step in self.steps)


@dataclass(frozen=True)
class _Signature:
    """The parts of a signature, cut out."""

    end: int
    """Where its range ends."""
    covered: bytes
    moment: int
    """Seconds since 1970, as the signer states (inside the range)."""
    certificate: bytes
    others: tuple[bytes, ...]
    attributes: bytes
    digest: bytes
    named: bytes
    """SM3 of the certificate that the signed attributes name."""
    value: bytes


def openssl_needed() -> None:
    """OpensslMissing unless there is an openssl 3."""
    if not _is_there(shutil.which("openssl")):
        raise OpensslMissing(MISSING)


def openssl_opinion(pdf: bytes, root: str, between: Iterable[str] = ()) -> Opinion:
    """Every signature of `pdf`: range, digest, value and each hop of its chain to `root` (PEM)."""
    with tempfile.TemporaryDirectory() as folder:
        return _Check(Path(folder), ssl.PEM_cert_to_DER_cert(root), tuple(map(ssl.PEM_cert_to_DER_cert, between))).of(
            pdf
        )


class _Check:
    def __init__(self, folder: Path, root: bytes, between: tuple[bytes, ...]) -> None:
        openssl_needed()
        self.folder, self.root, self.between = folder, root, between
        self.names: dict[bytes, str] = {}

    def of(self, pdf: bytes) -> Opinion:
        try:
            found = sorted((_cut(pdf, place) for place in _RANGE.finditer(pdf)), key=lambda each: each.end)
        except (IndexError, ValueError) as error:
            why = error if isinstance(error, Unreadable) else "签名数据的结构不对"
            return Opinion((), (Step(f"读出签名：{why}", False),))
        names = [self._name(each.certificate) for each in found]
        steps = [
            step
            for number, (signature, name) in enumerate(zip(found, names, strict=True), start=1)
            for step in self._steps(f"第 {number} 个签名（{name}）", pdf, signature)
        ]
        steps.append(
            Step(f"根证书（{self._name(self.root)}）的自签名", self._holds(self.root, *_signed_part(self.root)))
        )
        apart = all(below.end < above.end for below, above in pairwise(found))
        whole = bool(found) and found[-1].end == len(pdf)
        steps.append(Step("最后一个签名保护到文件的结尾", apart and whole))
        return Opinion(tuple(names), tuple(steps))

    def _steps(self, what: str, pdf: bytes, signature: _Signature) -> Iterator[Step]:
        yield Step(f"{what}：保护到它那一版的结尾", bool(_END.search(pdf, 0, signature.end)))
        yield Step(f"{what}：文件摘要（SM3）", self._sm3(signature.covered) == signature.digest)
        yield Step(f"{what}：签名属性指明的是这张证书", self._sm3(signature.certificate) == signature.named)
        holds = self._holds(signature.certificate, signature.attributes, signature.value)
        yield Step(f"{what}：签名值（SM2）", holds)
        path = self._path(signature)
        for below, above in pairwise(path):
            text = f"{what}：证书“{self._name(below)}”由“{self._name(above)}”签发"
            yield Step(text, self._hop(below, above, signature.moment))
        yield Step(f"{what}：证书链通到给定的根证书", path[-1] == self.root)
        yield Step(f"{what}：没有夹带链以外的证书", set(signature.others) <= set(path))

    def _path(self, signature: _Signature) -> list[bytes]:
        """From the signer upwards, by names; whether each hop holds is asked of openssl."""
        path = [signature.certificate]
        known = (self.root, *self.between, *signature.others)
        while path[-1] != self.root:
            wanted = _issuer(path[-1])
            above = next((each for each in known if _subject(each) == wanted and each not in path), None)
            if above is None:
                break
            path.append(above)
        return path

    def _sm3(self, data: bytes) -> bytes:
        return _openssl("dgst", "-sm3", "-binary", data=data).stdout

    def _name(self, certificate: bytes) -> str:
        if certificate not in self.names:
            form = ("-noout", "-subject", "-nameopt", "multiline,utf8,-esc_msb")
            said = _openssl("x509", "-inform", "DER", *form, data=certificate).stdout.decode("utf-8", "replace")
            found = _NAME.search(said)
            self.names[certificate] = found[1] if found else "无名"
        return self.names[certificate]

    def _holds(self, certificate: bytes, message: bytes, value: bytes) -> bool:
        """`openssl pkeyutl`: an SM2-with-SM3 value under the key of a certificate."""
        key = _openssl("x509", "-inform", "DER", "-noout", "-pubkey", data=certificate).stdout
        for name, content in (("key", key), ("message", message), ("value", value)):
            (self.folder / name).write_bytes(content)
        done = _openssl(
            *("pkeyutl", "-verify", "-pubin", "-inkey", f"{self.folder}/key", "-rawin", "-digest", "sm3"),
            *("-pkeyopt", SM2_ID, "-in", f"{self.folder}/message", "-sigfile", f"{self.folder}/value"),
        )
        return done.returncode == 0

    def _hop(self, below: bytes, above: bytes, moment: int) -> bool:
        """`openssl verify`: one certificate under another, at the time of signing."""
        for name, certificate in (("below", below), ("above", above)):
            (self.folder / name).write_text(ssl.DER_cert_to_PEM_cert(certificate))
        done = _openssl(
            *("verify", "-partial_chain", "-x509_strict", "-attime", str(moment), "-vfyopt", SM2_ID),
            *("-trusted", f"{self.folder}/above", f"{self.folder}/below"),
        )
        return done.returncode == 0


@cache
def _is_there(program: str | None) -> bool:
    return program is not None and _openssl("version").stdout.startswith(b"OpenSSL 3")


def _openssl(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=False)


# ---- cutting ----


def _cut(pdf: bytes, place: re.Match[bytes]) -> _Signature:
    start, gap, after, rest = (int(number) for number in place.groups())
    end = after + rest
    hole = _GAP.fullmatch(pdf, gap, after)
    if start != 0 or end > len(pdf) or hole is None:
        raise Unreadable("保护范围应当从文件开头起，只空出签名值")
    stated = _TIME.search(pdf, pdf.rindex(b" obj", 0, place.start()), place.start())
    if stated is None:
        raise Unreadable("没有写明签署时间")
    zone = b"+%b:%b" % (stated[2], stated[3])
    moment = datetime.strptime((stated[1] + zone).decode(), "%Y%m%d%H%M%S%z")
    container = bytes.fromhex(hole[1].decode())
    size = _read(container, 0)[2]
    if any(container[size:]):
        raise Unreadable("签名数据之后藏有别的内容")
    return _Signature(end, pdf[:gap] + pdf[after:end], int(moment.timestamp()), *_container(container[:size]))


def _container(content: bytes) -> tuple[bytes, tuple[bytes, ...], bytes, bytes, bytes, bytes]:
    """Certificate, other certificates, signed attributes, digest, named certificate, value of a CMS SignedData."""
    kind, wrapped = _children(content)
    (data,) = _children(wrapped)
    version, digests, inner, bag, signers = _children(data)
    (info,) = _children(signers)
    own_version, identity, algorithm, attributes, scheme, value = _children(info)
    fixed = (kind, version, inner, own_version, algorithm, scheme)
    if fixed != (_SIGNED_DATA, _VERSION, _DETACHED, _VERSION, _SM3, _SM2_WITH_SM3) or _children(digests) != [_SM3]:
        raise Unreadable("签名数据不是分离式 SM2、SM3 签名")
    tags = tuple(part[0] for part in (content, wrapped, data, digests, bag, signers, info, identity, attributes, value))
    if tags != (0x30, 0xA0, 0x30, 0x31, 0xA0, 0x31, 0x30, 0x30, 0xA0, 0x04):
        raise Unreadable("签名数据的结构不对")
    certificates = _children(bag)
    signer = next((each for each in certificates if _identity(each) == _body(identity)), None)
    if signer is None:
        raise Unreadable("签名数据里没有签名人的证书")
    values = {kind: content for kind, content in map(_children, _children(attributes))}
    digest, named = values.get(_MESSAGE_DIGEST, b"\x31\0"), values.get(_SIGNING_CERTIFICATE, b"\x31\0")
    return (
        signer,
        tuple(each for each in certificates if each != signer),
        b"\x31" + attributes[1:],
        _body(_body(digest)),
        _body(_children(_children(_children(_children(named)[0])[0])[0])[-1]),
        _body(value),
    )


def _read(der: bytes, at: int) -> tuple[int, int, int]:
    """Tag, begin and end of the content of the element at `at`; only the shortest form of a length is taken."""
    tag, size, begin = der[at], der[at + 1], at + 2
    if size > 0x7F:
        count = size & 0x7F
        size, begin = int.from_bytes(der[begin : begin + count], "big"), begin + count
        if not count or size < max(0x80, 1 << 8 * (count - 1)):
            raise Unreadable("签名数据不是 DER")
    if begin + size > len(der):
        raise Unreadable("签名数据不完整")
    return tag, begin, begin + size


def _body(element: bytes) -> bytes:
    _, begin, end = _read(element, 0)
    if end != len(element):
        raise Unreadable("签名数据的结构不对")
    return element[begin:]


def _children(element: bytes) -> list[bytes]:
    body, at, found = _body(element), 0, list[bytes]()
    while at < len(body):
        end = _read(body, at)[2]
        found.append(body[at:end])
        at = end
    return found


def _signed_part(certificate: bytes) -> tuple[bytes, bytes]:
    """What the issuer signed, and his value."""
    signed, _, value = _children(certificate)
    return signed, _body(value)[1:]


def _fields(certificate: bytes) -> list[bytes]:
    """version, serial, algorithm, issuer, validity, subject …"""
    return _children(_children(certificate)[0])


def _issuer(certificate: bytes) -> bytes:
    return _fields(certificate)[3]


def _subject(certificate: bytes) -> bytes:
    return _fields(certificate)[5]


def _identity(certificate: bytes) -> bytes:
    return _issuer(certificate) + _fields(certificate)[1]


def check_files(file: Path, root: Path, *between: Path) -> Opinion:
    """Print every step about `file`, then the sum."""
    pdf = file.read_bytes()
    opinion = openssl_opinion(pdf, root.read_text(), [each.read_text() for each in between])
    for step in opinion.steps:
        print(step)
    failed = sum(not step.ok for step in opinion.steps)
    verdict = f"{failed} 步没有通过" if failed else "全部通过" if opinion.signers else "没有签名"
    print(f"{file.name}：{len(opinion.signers)} 个签名，{len(opinion.steps)} 步，{verdict}")
    print(f"sha256 {hashlib.sha256(pdf).hexdigest()}")
    return opinion


def main(arguments: list[str]) -> int:
    """0 only if there are signatures and every step holds."""
    try:
        return 0 if check_files(*map(Path, arguments)).ok else 1
    except OpensslMissing as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
