"""验签 by the openssl command line: it agrees with every good signature and misses no changed byte. R141."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from foundation.crypto import crypto
from foundation.crypto.x509.testing import NOON, Authority
from signing.pdf import cms
from signing.pdf.library import read_pdf
from signing.pdf.openssl_check import MISSING, Opinion, main, openssl_opinion
from signing.pdf.sign import merge
from signing.pdf.slots import add_signature_fields
from signing.pdf.test_sign import KINDS
from signing.pdf.testing import SLOTS, Signers, own_pdf

pytestmark = pytest.mark.row("R141", part="PDF签名有效性验证")
SIGNERS = Signers.make()
ROOT = SIGNERS.authority.root.certificate.pem
SUB = SIGNERS.authority.sub.certificate.pem


def opinion(pdf: bytes, root: str = ROOT) -> Opinion:
    return openssl_opinion(pdf, root, [SUB])


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_agrees_with_every_digest_value_and_hop(kind: str) -> None:
    found = opinion(SIGNERS.signed_by_all(KINDS[kind]()))
    assert found.signers == ("李𬎆赟", "王小明", "上海企登测试科技发展有限公司")
    assert [step.text for step in found.steps if not step.ok] == []
    assert len(found.steps) == 3 * 8 + 2
    assert found.ok


def test_the_chain_is_followed_through_embedded_certificates_too() -> None:
    assert openssl_opinion(SIGNERS.signed_by_all(own_pdf()), ROOT).ok


def test_every_changed_byte_is_noticed() -> None:
    pdf = SIGNERS.sign(add_signature_fields(own_pdf(), SLOTS), "seal", SIGNERS.company)
    gap = pdf.rindex(b"/Contents <")
    anywhere = range(0, len(pdf), len(pdf) // 8)
    in_the_value = range(gap, pdf.index(b">", gap), 211)
    for at in (*anywhere, *in_the_value, len(pdf) - 1):
        changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        assert not opinion(changed).ok, at


def test_what_is_appended_or_cut_off_is_noticed() -> None:
    pdf = SIGNERS.signed_by_all(own_pdf())
    for changed in (pdf + b"\n", pdf[:-1], read_pdf(pdf).append({1: b"<</Type/Catalog>>"})):
        assert not opinion(changed).ok


def test_another_value_than_the_signers_is_noticed_as_such() -> None:
    prepared = SIGNERS.prepare(add_signature_fields(own_pdf(), SLOTS), "seal", SIGNERS.company)
    certificate, (start, end) = SIGNERS.company.certificate, prepared.gap
    values = [
        crypto().sm2_sign(SIGNERS.company.key.private, text) for text in (prepared.to_be_signed, b"another paper")
    ]
    good, forged = (
        cms.container_of(certificate, prepared.chain, prepared.to_be_signed, value).hex().encode() for value in values
    )
    assert opinion(merge(prepared, values[0])).ok
    for container, failed in ((good, []), (forged, ["第 1 个签名（上海企登测试科技发展有限公司）：签名值（SM2）"])):
        pdf = prepared.pdf[: start + 1] + container.ljust(end - start - 2, b"0") + prepared.pdf[end - 1 :]
        assert [step.text for step in opinion(pdf).steps if not step.ok] == failed


def test_a_certificate_that_was_not_valid_when_signed_is_noticed() -> None:
    late = NOON + timedelta(hours=1)
    pdf = SIGNERS.sign(add_signature_fields(own_pdf(), SLOTS), "liaison", SIGNERS.person, late)
    assert [step.text for step in opinion(pdf).steps if not step.ok] == [
        "第 1 个签名（李𬎆赟）：证书“李𬎆赟”由“测试签发机构”签发"
    ]


def test_a_file_without_signatures_is_not_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in (("plain.pdf", own_pdf()), ("root.pem", ROOT.encode())):
        (tmp_path / name).write_bytes(content)
    assert main([str(tmp_path / "plain.pdf"), str(tmp_path / "root.pem")]) == 1
    assert "plain.pdf：0 个签名" in capsys.readouterr().out


def test_without_openssl_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "root.pem").write_text(ROOT)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([str(tmp_path / "root.pem"), str(tmp_path / "root.pem")]) == 1
    assert capsys.readouterr().err.strip() == MISSING


def test_another_root_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    namesake, other = Authority.make().root.certificate.pem, Authority.make("别家").root.certificate.pem
    for name, content in (("root", ROOT), ("sub", SUB), ("namesake", namesake), ("other", other)):
        (tmp_path / name).write_text(content)
    (tmp_path / "signed.pdf").write_bytes(SIGNERS.signed_by_all(own_pdf()))

    def check(root: str) -> tuple[int, str]:
        code = main([str(tmp_path / "signed.pdf"), str(tmp_path / root), str(tmp_path / "sub")])
        return code, capsys.readouterr().out

    code, said = check("root")
    assert code == 0
    assert "signed.pdf：3 个签名，26 步，全部通过" in said
    assert "失败" not in said
    code, said = check("namesake")
    assert code == 1
    assert "失败  第 1 个签名（李𬎆赟）：证书“测试签发机构”由“测试根证书”签发" in said
    assert "signed.pdf：3 个签名，26 步，3 步没有通过" in said
    code, said = check("other")
    assert code == 1
    assert "失败  第 1 个签名（李𬎆赟）：证书链通到给定的根证书" in said
