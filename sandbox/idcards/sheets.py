"""Proof of domicile for the journeys (住所使用证明样例): three sheets of a fictional lease, photographed crooked.

Every sheet is marked 虚构; the parties, the address and the seal are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw

from foundation.pdf.fonts import draw_text, text_picture, text_width
from sandbox.idcards.photo import Light, shoot

SHEETS = 3
WIDTH, HEIGHT = 1240, 1754
MARGIN, SIZE, LEADING = 130, 32, 62
INK = (28, 28, 30)
FRAME = (1800, 2400)


@dataclass(frozen=True)
class Lease:
    """What the lease says."""

    landlord: str = "上海样板置业有限公司（虚构）"
    tenant: str = "上海示例科技有限公司（虚构）"
    address: str = "上海市示例区样板路88弄6号1203室"
    certificate: str = "沪（2020）示字不动产权第900001号"


def sheet_photo_jpeg(
    page_no: int,
    seed: int,
    *,
    lease: Lease | None = None,
    angle: float | None = None,
    perspective: float | None = None,
    light: Light = "even",
    blur: float = 0.0,
) -> bytes:
    """Sheet `page_no` (1 to SHEETS) on a dark table; angle and perspective follow the seed unless given."""
    dice = np.random.default_rng(seed * 31 + page_no)
    turn = float(dice.uniform(-9, 9)) if angle is None else angle
    slant = float(dice.uniform(0.3, 0.8)) if perspective is None else perspective
    flat = cv2.cvtColor(np.asarray(sheet(page_no, lease or Lease())), cv2.COLOR_RGB2BGR)
    return shoot(
        flat,
        angle=turn,
        perspective=slant,
        light=light,
        blur=blur,
        seed=seed * 7 + page_no,
        frame=FRAME,
        share=0.86,
    )


@cache
def sheet(page_no: int, lease: Lease) -> Image.Image:
    """One flat sheet; ValueError for a page that the lease does not have."""
    if not 1 <= page_no <= SHEETS:
        raise ValueError(f"the lease has {SHEETS} sheets, not {page_no}")
    picture = Image.new("RGB", (WIDTH, HEIGHT), (250, 250, 248))
    draw = ImageDraw.Draw(picture)
    y = 180
    if page_no == 1:
        title = "房屋租赁合同"
        at = (WIDTH - text_width(title, "bold", 58)) / 2
        draw_text(draw, (at, y), title, style="bold", size=58, fill=INK)
        y += 110
    for line in _lines(page_no, lease):
        draw_text(draw, (MARGIN, y), line, style="serif", size=SIZE, fill=INK)
        y += LEADING
    if page_no == SHEETS:
        _seal(picture, lease.landlord, (900, y - 190))
    _mark(picture)
    foot = f"第 {page_no} 页 共 {SHEETS} 页"
    draw_text(draw, ((WIDTH - text_width(foot, "serif", 26)) / 2, HEIGHT - 80), foot, style="serif", size=26, fill=INK)
    return picture


def _lines(page_no: int, lease: Lease) -> Iterator[str]:
    for paragraph in _paragraphs(lease)[page_no - 1]:
        yield from _wrapped(paragraph)


def _wrapped(paragraph: str) -> Iterator[str]:
    """Lines that fit; a full stop or comma may hang over the edge rather than begin a line."""
    line, width = "", 0.0
    for char in paragraph:
        need = text_width(char, "serif", SIZE)
        if width + need > WIDTH - 2 * MARGIN and char not in "。，；、）":
            yield line
            line, width = "", 0.0
        line, width = line + char, width + need
    yield line


def _paragraphs(lease: Lease) -> tuple[tuple[str, ...], ...]:
    return (
        (
            f"出租方（甲方）：{lease.landlord}",
            f"承租方（乙方）：{lease.tenant}",
            "",
            "　　甲乙双方在平等自愿的基础上，就房屋租赁事宜达成一致，订立本合同。",
            f"　　第一条　甲方将坐落于{lease.address}的房屋出租给乙方，建筑面积126.40平方米，用途为办公。",
            f"　　第二条　该房屋的不动产权证书号为{lease.certificate}，甲方有权出租，未设定影响本合同履行的抵押或查封。",
            "　　第三条　租赁期限自2026年12月1日起至2031年11月30日止，共五年。",
            "　　第四条　甲方同意乙方以该房屋作为住所（经营场所）办理登记。",
        ),
        (
            "　　第五条　租金每月人民币18,600元，按季支付，乙方应于每季首月十日前付清。",
            "　　第六条　乙方于本合同签订之日向甲方交付押金人民币37,200元。租赁期满，乙方结清费用并交还房屋后，甲方应如数退还。",
            "　　第七条　租赁期间水、电、燃气、通讯和物业服务费用由乙方承担。",
            "　　第八条　乙方应当合理使用房屋及其附属设施，不得擅自改变房屋结构和用途。需要装修的，应事先取得甲方书面同意。",
            "　　第九条　甲方应保证房屋及其附属设施处于可以正常使用的状态，自接到乙方报修之日起三日内派人修缮。",
            "　　第十条　未经甲方书面同意，乙方不得将房屋转租给第三方。",
            "　　第十一条　甲方出售该房屋的，应提前三个月通知乙方，乙方在同等条件下有优先购买的权利。",
        ),
        (
            "　　第十二条　有下列情形之一的，本合同终止：租赁期限届满；双方协商一致；房屋因不可抗力不能继续使用。",
            "　　第十三条　任何一方违反本合同的，应赔偿对方因此受到的损失。",
            "　　第十四条　因本合同发生的争议，由双方协商解决；协商不成的，向房屋所在地人民法院起诉。",
            "　　第十五条　本合同一式两份，双方各执一份，自双方盖章之日起生效。",
            "",
            f"甲方（盖章）：{lease.landlord}",
            "",
            f"乙方（盖章）：{lease.tenant}",
            "",
            "签订日期：2026年11月20日",
        ),
    )


def _seal(picture: Image.Image, owner: str, centre: tuple[int, int]) -> None:
    """A round red disc that says 虚构印章; no star, no real seal's layout."""
    x, y = centre
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x - 120, y - 120, x + 120, y + 120), outline=(206, 60, 60), width=7)
    for text, size, dy in (("虚构印章", 44, 14), (owner.split("（")[0][:9], 20, 62)):
        at = (x - text_width(text, "sans", size) / 2, y + dy)
        draw_text(draw, at, text, style="sans", size=size, fill=(206, 60, 60))


def _mark(picture: Image.Image) -> None:
    word = text_picture("虚构 样例 不得作为证明使用", "sans", 64).rotate(38, expand=True)
    for x, y in ((120, 160), (320, 900)):
        picture.paste((190, 190, 194), (x, y), word.point([value * 70 // 255 for value in range(256)]))
