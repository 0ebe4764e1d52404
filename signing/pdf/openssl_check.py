"""验签 by the openssl command line: a second opinion that shares no code with ours.

`python -m signing.pdf.openssl_check FILE ROOT.pem [SUB.pem …]` prints a line for every step and fails if one fails.
Bytes are only cut out; every digest, value and hop of a chain is judged by openssl. openssl cannot carry the SM2
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
from functools import cache
from itertools import pairwise
from pathlib import Path

from signing.pdf.openssl_cut import (
    CutSeal,
    CutSignature,
    Unreadable,
    issuer_of,
    signatures_cut,
    signed_part,
    subject_of,
)

SM2_ID = "distid:1234567812345678"
MISSING = "没有找到 openssl 3 命令。请安装系统软件包 openssl（Debian、Ubuntu：apt install openssl），再运行一次。"

_NAME = re.compile(r"commonName\s+= (.+)")
_END = re.compile(rb"%%EOF[\r\n]{0,2}$")


class OpensslMissing(RuntimeError):
    """There is no openssl 3 on this machine."""


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
            found = signatures_cut(pdf)
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
            Step(f"根证书（{self._name(self.root)}）的自签名", self._holds(self.root, *signed_part(self.root)))
        )
        apart = all(below.end < above.end for below, above in pairwise(found))
        whole = bool(found) and found[-1].end == len(pdf)
        steps.append(Step("最后一个签名保护到文件的结尾", apart and whole))
        return Opinion(tuple(names), tuple(steps))

    def _steps(self, what: str, pdf: bytes, signature: CutSignature) -> Iterator[Step]:
        yield Step(f"{what}：保护到它那一版的结尾", bool(_END.search(pdf, 0, signature.end)))
        yield Step(f"{what}：文件摘要（SM3）", self._sm3(signature.covered) == signature.digest)
        if signature.seal is None:
            named = self._sm3(signature.certificate) == signature.named
            yield Step(f"{what}：签名属性指明的是这张证书", named)
        holds = self._holds(signature.certificate, signature.signed, signature.value)
        yield Step(f"{what}：签名值（SM2）", holds)
        path = self._path(signature.certificate, signature.others)
        yield from self._chain(what, path, signature.sealed_at or signature.moment)
        if signature.seal is not None:
            makers = self._path(signature.seal.maker, signature.others)
            yield from self._seal_steps(f"{what}的印章（{signature.seal.es_id}）", signature, signature.seal, makers)
            path = [*path, *makers]
        yield Step(f"{what}：没有夹带链以外的证书", set(signature.others) <= set(path))

    def _seal_steps(self, what: str, signature: CutSignature, seal: CutSeal, makers: list[bytes]) -> Iterator[Step]:
        same = signature.covers == signature.range_text and signature.sealed_at == signature.moment
        yield Step(f"{what}：签进去的时间和保护范围就是文件里写的", same)
        listed = signature.certificate in seal.certificates or self._sm3(signature.certificate) in seal.digests
        yield Step(f"{what}：写明可以由这张证书使用", listed)
        yield Step(f"{what}：签章时在有效期内", seal.begin <= signature.sealed_at <= seal.until)
        yield Step(f"{what}：制章者的签名值（SM2）", self._holds(seal.maker, seal.info, seal.value))
        yield from self._chain(f"{what}：制章者", makers, seal.created)

    def _chain(self, what: str, path: list[bytes], moment: int) -> Iterator[Step]:
        for below, above in pairwise(path):
            text = f"{what}：证书“{self._name(below)}”由“{self._name(above)}”签发"
            yield Step(text, self._hop(below, above, moment))
        yield Step(f"{what}：证书链通到给定的根证书", path[-1] == self.root)

    def _path(self, certificate: bytes, others: tuple[bytes, ...]) -> list[bytes]:
        """From a certificate upwards, by names; whether each hop holds is asked of openssl."""
        path = [certificate]
        known = (self.root, *self.between, *others)
        while path[-1] != self.root:
            wanted = issuer_of(path[-1])
            above = next((each for each in known if subject_of(each) == wanted and each not in path), None)
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
