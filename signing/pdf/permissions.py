"""认证签名 (DocMDP) and locked fields (FieldMDP): what a signer forbade for later, and whether it was kept."""

from __future__ import annotations

from collections.abc import Sequence

from signing.pdf.fields import catalog
from signing.pdf.objects import PdfFile
from signing.pdf.report import Problem
from signing.pdf.syntax import Dict, integer_of, name_of, reference_of, text_of

_NO_CHANGES = 1
Signed = tuple[str, int, Dict, int]
"""Field name, object number of the value, its entries, its revision."""


def permission_problems(file: PdfFile, signed: Sequence[Signed]) -> list[Problem]:
    """Misuse of certification and of locks, over all signatures in the order of signing."""
    problems: list[Problem] = []
    granted = file.dict_of(catalog(file).get(b"Perms"))
    certified = reference_of(granted.get(b"DocMDP"))
    if granted and certified is None:
        problems.append(Problem("docmdp", "文件声明了使用权限，但没有对应的认证签名"))
    for index, (name, number, entries, revision) in enumerate(signed):
        for kind, parameters in _transforms(file, entries):
            if kind == b"DocMDP":
                problems += _certification(file, index, (name, number, revision), certified, parameters)
            elif kind == b"FieldMDP":
                problems += _locks(file, name, parameters, [later[0] for later in signed[index + 1 :]])
    if certified is not None and certified not in {number for _, number, _, _ in signed}:
        problems.append(Problem("docmdp", "认证签名（DocMDP）指向的不是文件里的签名"))
    return problems


def _transforms(file: PdfFile, entries: Dict) -> list[tuple[bytes, Dict]]:
    found = []
    for item in file.items_of(entries.get(b"Reference")):
        reference = file.dict_of(item)
        method = file.resolve(reference.get(b"TransformMethod", b"/None"))
        found.append((name_of(method), file.dict_of(reference.get(b"TransformParams"))))
    return found


def _certification(
    file: PdfFile, index: int, own: tuple[str, int, int], certified: int | None, parameters: Dict
) -> list[Problem]:
    name, number, revision = own
    if index:
        return [Problem("docmdp", f"认证签名“{name}”不是文件的第一个签名")]
    if certified != number:
        return [Problem("docmdp", f"认证签名“{name}”没有登记在文档目录里")]
    level = integer_of(file.resolve(parameters.get(b"P", b"2")))
    if level == _NO_CHANGES and revision < file.revisions - 1:
        return [Problem("docmdp", f"认证签名“{name}”规定之后不得作任何改动，但文件后来又被改动或签署")]
    return []


def _locks(file: PdfFile, name: str, parameters: Dict, later: list[str]) -> list[Problem]:
    action = name_of(file.resolve(parameters.get(b"Action", b"/All")))
    listed = {text_of(file.resolve(item)) for item in file.items_of(parameters.get(b"Fields"))}
    locked = [each for each in later if action == b"All" or (each in listed) == (action == b"Include")]
    return [Problem("fieldmdp", f"签名“{name}”锁定了签名位置“{each}”，但它后来又被签署") for each in locked]
