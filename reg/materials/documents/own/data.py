"""自备文书签署: a paper of the applicant's own is signed on a page that is put behind it. R035.

The page names the paper, its pages and its digest, so that a signature on it belongs to exactly this file; who signs is who
would have signed the generated paper.
"""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.materials.documents.kit import NOTHING, Data, Extra, paper
from reg.materials.documents.people import DocumentRefused

TITLE = "自备文书签署页"


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The signature page of the paper in `extra.own`."""
    own = extra.own
    if own is None:
        raise DocumentRefused("还没有上传自备的文书，签署页没有生成。请先上传。")
    return {
        **paper(view, TITLE, over=view.entity.name),
        "opening": [
            f"本页是《{own.title}》的签署页，和前面的 {own.pages} 页是一份文件。",
            "签署人已经看过前面的每一页，同意按所写的内容办理。",
        ],
        "digest": f"前 {own.pages} 页的摘要（SM3）：{own.digest}",
        "signatures": [dict(group) for group in own.signatures],
        "attached": own.file,
    }


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """What the signer has to recognise."""
    return [f"这份文书是{view.entity.name}自己准备的，不是系统生成的", "前面每一页您都看过，同意这样办"]
