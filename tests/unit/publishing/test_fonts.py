"""Fonts: the letters and figures that three languages need survive on screen and in print."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import dozor
from dozor.publishing.fonts import FOLDER, text_width, wrap

SCREEN = Path(dozor.__file__).parent / "web/static/fonts"
NEEDED = "ўЎіІёЁєґ\u202f\u00a0\u2009\u2212«»„“”’—–…№×←→≤≥±%§"
FONTS = sorted([*FOLDER.glob("*.ttf"), *SCREEN.glob("*.woff2")])


def test_print_and_screen_have_the_same_weights():
    assert [path.stem for path in FONTS if path.suffix == ".ttf"] == [
        path.stem for path in FONTS if path.suffix != ".ttf"
    ]
    assert len(FONTS) == 8


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.name)
def test_every_needed_letter_and_tabular_figures_are_there(path):
    with TTFont(path) as font:
        assert [letter for letter in NEEDED if ord(letter) not in font.getBestCmap()] == []
        features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert "tnum" in features


def test_screen_fonts_are_small():
    assert all(path.stat().st_size < 40_000 for path in SCREEN.glob("*.woff2"))


def test_screen_fonts_are_what_the_tool_makes(tmp_path, monkeypatch):
    place = Path(__file__).parents[3] / "tools/make_fonts.py"
    spec = importlib.util.spec_from_file_location("make_fonts", place)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    monkeypatch.setattr(tool, "SCREEN_FONTS", tmp_path)
    made = tool.write_screen_font(FOLDER / "GolosText-Regular.ttf")
    assert made.read_bytes() == (SCREEN / made.name).read_bytes()


def test_width_agrees_with_the_font_itself():
    with TTFont(FOLDER / "GolosText-SemiBold.ttf") as font:
        advance = font["hmtx"][font.getBestCmap()[ord("ў")]][0] / font["head"].unitsPerEm
    assert text_width("ў" * 10, 16, 600) == pytest.approx(advance * 160, abs=0.1)


def test_wrapping_keeps_short_words_and_lone_signs_with_their_neighbours():
    text = "Доля живущих с ВИЧ, Республика Беларусь, %"
    for width in range(60, 400, 7):
        lines = wrap(text, width, 16, 600)
        assert "".join(lines).replace("\u00a0", "").replace(" ", "") == text.replace(" ", "")
        assert not any(
            line.endswith((" с", "\u00a0с")) or line == "с" or line.startswith("%") for line in lines
        )


def test_empty_text_takes_no_line():
    assert wrap("", 100, 12) == []
