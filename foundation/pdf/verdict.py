"""The answer to an upload (收或不收): what it is, or why not and how to mend it, in plain Chinese. R147.

The examining child process answers with codes and numbers only; the sentences stand here, so that a hostile file
cannot put words into our mouth.
"""

from __future__ import annotations

from dataclasses import dataclass

from foundation.pdf.kinds import Kind

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 100
MAX_PAGE_POINTS = 5000.0
"""Longest side of a page: a little more than A0."""
MIN_PAGE_POINTS = 36.0
MAX_IMAGE_PIXELS = 80_000_000
"""One picture inside a PDF: A3 at 600 dpi and a little more."""
MAX_PHOTO_PIXELS = 64_000_000
MIN_PHOTO_SIDE = 240


@dataclass(frozen=True)
class Admitted:
    """The file may come in."""

    kind: Kind
    pages: int
    """1 for a picture."""
    page_sizes: tuple[tuple[float, float], ...]
    """Width and height as seen: points for a PDF, pixels for a picture."""
    warnings: tuple[str, ...] = ()
    """Sentences for the uploader; nothing that stops him."""


@dataclass(frozen=True)
class Rejected:
    """The file stays out."""

    code: str
    message: str
    """What is wrong: one sentence, without a full stop at the end of `fix`'s clause."""
    fix: str
    """What to do about it."""

    def __str__(self) -> str:
        return f"{self.message}{self.fix}"


_PRINT = "请用原来的软件打开，选“打印”再选“另存为 PDF”，传新文件。"
_PHOTO = "请传 PDF，或用手机拍成 JPEG、PNG 照片。"

REASONS: dict[str, tuple[str, str]] = {
    "unreadable": ("打不开这个文件。", "请确认文件还在、没有被移动，再选一次。"),
    "empty": ("这个文件是空的。", "请确认文件能在电脑或手机上打开，再选一次。"),
    "too_big": ("这个文件超过 20 MB。", "请降低扫描分辨率（200 到 300 dpi 就够），或分成几个文件上传。"),
    "kind_heic": (
        "这是苹果手机的 HEIC 照片，这里打不开。",
        "请在手机“设置 › 相机 › 格式”里选“兼容性最佳”后重拍，或把照片另存为 JPEG 再传。",
    ),
    "kind_webp": ("这是 WebP 图片，不能作为材料。", "请把图片另存为 JPEG 或 PNG 再传。"),
    "kind_gif": ("这是 GIF 图片，不能作为材料。", "请把图片另存为 JPEG 或 PNG 再传。"),
    "kind_bmp": ("这是 BMP 图片，不能作为材料。", "请把图片另存为 JPEG 或 PNG 再传。"),
    "kind_tiff": ("这是 TIFF 图片，不能作为材料。", "请把图片另存为 JPEG、PNG 或 PDF 再传。"),
    "kind_ofd": ("这是 OFD 文件，这里还不能收。", "请用 OFD 阅读器打开，导出为 PDF 再传。"),
    "kind_office": ("这是 Word、Excel 一类的文档，内容还能改动，不能作为材料。", "请在原软件里选“另存为 PDF”再传。"),
    "kind_archive": ("这是压缩包。", "请先解压，把里面的 PDF 或照片一个一个传上来。"),
    "kind_program": ("这是电脑程序，不是材料，已经拒收。", _PHOTO + "如果不是您有意选的，请查一查设备有没有中毒。"),
    "kind_video": ("这是视频或音频。", _PHOTO),
    "kind_webpage": ("这是网页文件。", "请在浏览器里打开它，选“打印”再选“另存为 PDF”。"),
    "kind_text": ("这是文本文件。", _PHOTO),
    "kind_unknown": ("认不出这是什么文件。", _PHOTO),
    "kind_pdf": ("这里要照片，传来的是 PDF。", "请传 JPEG 或 PNG 照片。"),
    "kind_jpeg": ("这里要 PDF，传来的是照片。", "请先用“拍照上传”把照片拼成 PDF。"),
    "kind_png": ("这里要 PDF，传来的是照片。", "请先用“拍照上传”把照片拼成 PDF。"),
    "leading_data": ("这份 PDF 的开头夹着别的内容。", _PRINT),
    "trailing_data": ("这份 PDF 的末尾夹着别的内容。", _PRINT),
    "truncated": ("这份 PDF 不完整，可能是没有传完或没有存完。", "请在电脑上打开确认每一页都在，重新保存后再传。"),
    "damaged": ("这份 PDF 有损坏的地方，各家软件打开可能不一样。", _PRINT),
    "password": ("这份 PDF 加了密码，打不开。", "请去掉密码后再传：用密码打开它，选“打印”再选“另存为 PDF”。"),
    "encrypted": ("这份 PDF 加了使用限制（加密），不能签名。", "请去掉限制后再传：选“打印”再选“另存为 PDF”。"),
    "javascript": ("这份 PDF 里有脚本程序，可能在别人打开时改变内容。", _PRINT),
    "action": ("这份 PDF 里有会自动执行的动作（打开程序、提交数据一类）。", _PRINT),
    "embedded_files": ("这份 PDF 里夹带了别的文件（附件）。", "请去掉附件后再传，附件要用的请单独上传。"),
    "xfa": ("这份 PDF 是动态表单（XFA），各家软件显示不一样。", _PRINT),
    "media": ("这份 PDF 里有视频、声音或三维内容。", _PRINT),
    "external_data": ("这份 PDF 的一部分内容存在别的文件里。", _PRINT),
    "hidden_layers": ("这份 PDF 有隐藏的图层，看到的和打印的可能不一样。", _PRINT),
    "prints_otherwise": ("这份 PDF 打印出来会有屏幕上看不到的内容。", _PRINT),
    "fillable": ("这份 PDF 里有还能填写的表格，签名后仍可能被改动。", "请填好后选“打印”再选“另存为 PDF”，传新文件。"),
    "signed_locked": ("这份 PDF 已有别的电子签名，并且不许再改动，没法再签。", "请传没有签过名的原件。"),
    "no_pages": ("这份 PDF 一页也没有。", _PRINT),
    "too_many_pages": ("这份 PDF 超过 100 页。", "请只留下与本次申请有关的页，或分成几个文件上传。"),
    "page_size": ("第 {0} 页的尺寸不对（太大或太小）。", "请按 A4 大小重新导出，再传上来。"),
    "huge_image": ("这份 PDF 里有一张图片的像素太多，打不开。", "请用 200 到 300 dpi 重新扫描。"),
    "not_renderable": ("第 {0} 页显示不出来。", _PRINT),
    "not_signable": ("这份 PDF 的结构加不上电子签名。", _PRINT),
    "too_heavy": ("这个文件打开太费时间或内存，可能有问题。", "请重新扫描或" + _PRINT.removeprefix("请")),
    "photo_too_big": ("这张照片的像素太多（超过六千四百万）。", "请把相机改成普通分辨率后重拍。"),
    "photo_too_small": ("这张照片太小，看不清字。", "请传原图，不要传缩略图或截图的一角。"),
    "photo_broken": ("这张照片不完整或已损坏。", "请确认照片能打开，从相册里重新选一次，或重拍。"),
    "photo_polyglot": ("这张照片里夹着别的文件。", "请重拍一张，或在相册里编辑保存后再传。"),
}

WARNINGS: dict[str, str] = {
    "repaired": "这份 PDF 有小毛病，已按能读出的内容收下，请预览核对每一页。",
    "already_signed": "这份 PDF 里已有别的电子签名，与其他文件合并后那些签名不再有效。",
    "restricted": "这份 PDF 加了使用限制，已按能看到的内容收下。",
    "fillable": "这份 PDF 里有还能填写的表格，只收下现在看到的内容。",
    "hidden_layers": "这份 PDF 有隐藏的图层，不能签名，也不能与其他文件合并。",
    "prints_otherwise": "这份 PDF 打印出来会有屏幕上看不到的内容，不能签名。",
    "blank_page": "第 {0} 页是空白的，请看看是不是多扫了一页。",
    "mixed_sizes": "各页大小不一样，请预览核对。",
    "animated": "这张图片是动图，只用第一帧。",
}


def rejected(code: str, *numbers: int) -> Rejected:
    """The refusal of a code, its page numbers filled in."""
    message, fix = REASONS[code]
    return Rejected(code, message.format(*numbers), fix)


def warning(code: str, *numbers: int) -> str:
    return WARNINGS[code].format(*numbers)


def kind_refusal(kind: Kind) -> Rejected:
    """Why a kind is not taken."""
    return rejected("empty" if kind is Kind.EMPTY else f"kind_{kind.value}")
