"""Every test run has Chinese fonts on the screen and data of its own."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from pathlib import Path

from foundation.config import ROOT, config


def test_browsers_of_tests_are_told_where_chinese_fonts_lie() -> None:
    told = ET.parse(os.environ["FONTCONFIG_FILE"]).getroot()
    folders = [Path(entry.text or "") for entry in told.iter("dir")]
    assert [font.name for folder in folders for font in folder.glob("noto-sans-sc/400Regular/*.ttf")] != []
    preferred = [family.text for family in told.iter("family")]
    assert preferred[:2] == ["sans-serif", "Noto Sans SC"]


def test_nothing_is_written_into_the_tree() -> None:
    assert config().data_dir == Path(os.environ["DATA_DIR"])
    assert not config().data_dir.is_relative_to(ROOT)
