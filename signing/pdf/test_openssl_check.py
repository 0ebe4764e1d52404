"""验签 by the openssl command line: it agrees with every good signature and misses no changed byte. R141."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from foundation.crypto import crypto
from foundation.crypto.x509.testing import NOON, Authority
from signing.pdf import cms
from signing.pdf.appearance import Appearance
from signing.pdf.forgery import SIGNERS as FORGERS
from signing.pdf.library import read_pdf
from signing.pdf.openssl_check import MISSING, Opinion, main, openssl_opinion
from signing.pdf.ses.attacks import SEAL_ATTACKS
from signing.pdf.sign import merge, prepare
from signing.pdf.slots import add_signature_fields
from signing.pdf.test_sign import KINDS
from signing.pdf.testing import LINES, SLOTS, Signers, own_pdf
from signing.pdf.verify import verify_pdf

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


@pytest.mark.parametrize("kind", ["ours", "with a cross-reference stream"])
def test_openssl_agrees_with_a_seal_its_maker_and_both_chains(kind: str) -> None:
    pdf = SIGNERS.sign(add_signature_fields(KINDS[kind](), SLOTS), "liaison", SIGNERS.person)
    found = opinion(SIGNERS.sign_with_seal(pdf))
    assert [step.text for step in found.steps if not step.ok] == []
    assert found.signers == ("李𬎆赟", "上海企登测试科技发展有限公司")
    about = "第 2 个签名（上海企登测试科技发展有限公司）的印章（31000020260100000017）"
    said = {step.text for step in found.steps}
    assert {
        f"{about}：签进去的时间和保护范围就是文件里写的",
        f"{about}：写明可以由这张证书使用",
        f"{about}：签章时在有效期内",
        f"{about}：制章者的签名值（SM2）",
        f"{about}：制章者：证书“测试制章机构”由“测试签发机构”签发",
        f"{about}：制章者：证书链通到给定的根证书",
    } <= said
    assert len(found.steps) == 8 + 14 + 2


FORGED = {
    "seal of another company": "：写明可以由这张证书使用",
    "seal that lists another certificate by digest": "：写明可以由这张证书使用",
    "picture in the seal changed": "：制章者的签名值（SM2）",
    "seal signed by somebody else in the maker's name": "：制章者的签名值（SM2）",
    "seal by an unknown maker": "：制章者：证书链通到给定的根证书",
    "seal expired": "：签章时在有效期内",
    "seal not yet valid": "：签章时在有效期内",
    "value over another paper": "：签名值（SM2）",
    "digest of another document": "：文件摘要（SM3）",
    "two times": "：签进去的时间和保护范围就是文件里写的",
    "another range is stated": "：签进去的时间和保护范围就是文件里写的",
    "another certificate beside": "读出签名：签名字典里写的不是签章人的证书",
    "something in the padding": "读出签名：签名数据之后藏有别的内容",
}
"""Attacks of signing.pdf.ses that openssl can judge, and the step that fails; pictures are not its business."""


@pytest.mark.parametrize("name", FORGED)
def test_openssl_refuses_a_forged_seal_at_the_right_step(name: str) -> None:
    attackers = FORGERS.authority
    found = openssl_opinion(SEAL_ATTACKS[name].make(), attackers.root.certificate.pem, [attackers.sub.certificate.pem])
    assert any(step.text.endswith(FORGED[name]) for step in found.steps if not step.ok), [
        str(each) for each in found.steps
    ]


def test_openssl_agrees_with_the_container_of_other_chinese_authorities() -> None:
    who, look = SIGNERS.company, Appearance("上海企登测试科技发展有限公司", lines=LINES, seal=True)
    start = add_signature_fields(own_pdf(), SLOTS)
    prepared = prepare(start, "seal", look, who.certificate.der, SIGNERS.chain, NOON, container=cms.GM)
    good = merge(prepared, crypto().sm2_sign(who.key.private, prepared.to_be_signed))
    assert opinion(good).ok
    assert verify_pdf(good, SIGNERS.roots).ok
    at = good.rindex(b"/Contents <") + 900
    assert not opinion(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]).ok


def test_every_changed_byte_of_a_seal_is_noticed() -> None:
    pdf = SIGNERS.sign_with_seal(add_signature_fields(own_pdf(), SLOTS))
    gap = pdf.rindex(b"/Contents <")
    for at in (*range(0, len(pdf), len(pdf) // 8), *range(gap, pdf.index(b">", gap), 499)):
        assert not opinion(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]).ok, at


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
