#!/usr/bin/env python3
"""Cut the fonts that PDF documents are printed with.

Input: Debian's fonts-inter-variable (Inter, OFL) and fonts-dejavu-core (DejaVu Sans), by
their folders. Output: three small TrueType files beside this script, which are committed;
nothing runs this at build time. Needs Debian's python3-fonttools (4.38 was used).

    apt-get install fonts-inter-variable fonts-dejavu-core python3-fonttools
    python3 cut.py /usr/share/fonts/truetype/inter-vf /usr/share/fonts/truetype/dejavu

What is done, and why:
  * Inter is pinned to two weights (400 and 600): a PDF cannot hold a variable font.
  * Only the characters below stay: Latin of Europe and Vietnam, Greek, Cyrillic,
    punctuation, currencies, a few signs. Hints go: no PDF viewer of today uses them.
  * The tabular figures (OpenType tnum) become the figures of the character map, so that
    columns of amounts line up without any shaping at run time.
  * Kerning is taken out of GPOS and written as a flat `kern` table for the pairs of
    common letters, the only form that the program reads.
  * DejaVu Sans stands in where Inter has no glyph: Hebrew, Arabic, Armenian, Georgian,
    mathematical signs, dingbats and the faces among the emoji.
"""
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0
from fontTools.varLib import instancer

INTER = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x192, 0x192), (0x1A0, 0x1A1),
    (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x218, 0x21B), (0x259, 0x259), (0x2C6, 0x2DD),
    (0x300, 0x304), (0x306, 0x30C), (0x384, 0x3CE), (0x400, 0x45F), (0x490, 0x491),
    (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9), (0x2000, 0x2027), (0x202F, 0x205F),
    (0x2070, 0x209C), (0x20A0, 0x20C0), (0x2105, 0x2122), (0x2150, 0x215E), (0x2190, 0x2199),
    (0x2212, 0x2215), (0x221A, 0x221E), (0x2248, 0x2248), (0x2260, 0x2265), (0x25A0, 0x25A1),
    (0x25CB, 0x25CF), (0x2713, 0x2717),
]
DEJAVU = [
    (0x20, 0x20), (0x531, 0x58F), (0x591, 0x5F4), (0x600, 0x6FF), (0x10A0, 0x10FF),
    (0x1E00, 0x1EFF), (0x2200, 0x22FF), (0x2500, 0x257F), (0x25A0, 0x27BF),
    (0xFB1D, 0xFB4F), (0xFE70, 0xFEFC), (0xFFFD, 0xFFFD), (0x1F600, 0x1F64F),
]
# Letters whose kerning is kept; the rest of the pairs would only be weight.
KERNED = [chr(c) for a, b in ((0x21, 0x7E), (0xC0, 0xFF)) for c in range(a, b + 1)] + list("ŒœŸ’‘“”«»–—…")
SMALLEST_KERN = 20  # thousandths of the em; below this nobody sees it


def codes(ranges):
    return {c for a, b in ranges for c in range(a, b + 1)}


def options():
    o = subset.Options()
    o.hinting = False
    o.layout_features = []
    o.drop_tables += ["GPOS", "GSUB", "GDEF", "STAT", "meta", "BASE", "gasp", "FFTM", "MATH"]
    o.name_IDs = [0, 1, 2, 5, 6]
    o.name_languages = [0x409]
    o.glyph_names = False
    o.notdef_outline = True
    o.legacy_kern = True
    o.recalc_timestamp = False
    return o


def tabular(font):
    """Point the digits of the character map at their tabular glyphs."""
    gsub = font["GSUB"].table
    swap = {}
    for rec in gsub.FeatureList.FeatureRecord:
        if rec.FeatureTag != "tnum":
            continue
        for index in rec.Feature.LookupListIndex:
            for sub in gsub.LookupList.Lookup[index].SubTable:
                swap.update(getattr(sub, "ExtSubTable", sub).mapping)
    for table in font["cmap"].tables:
        for digit in range(0x30, 0x3A):
            if digit in table.cmap:
                table.cmap[digit] = swap.get(table.cmap[digit], table.cmap[digit])


def even(font):
    """Give all figures the width of 0: pinning a weight rounds one of them by a unit."""
    cmap, hmtx = font.getBestCmap(), font["hmtx"]
    width = hmtx[cmap[0x30]][0]
    for digit in range(0x30, 0x3A):
        hmtx[cmap[digit]] = (width, hmtx[cmap[digit]][1])


def pair_value(sub, left, right):
    """The kerning of a pair in one subtable, or None when the subtable does not decide."""
    if left not in sub.Coverage.glyphs:
        return None
    if sub.Format == 1:
        for rec in sub.PairSet[sub.Coverage.glyphs.index(left)].PairValueRecord:
            if rec.SecondGlyph == right:
                return rec.Value1.XAdvance if rec.Value1 else 0
        return None
    one = sub.ClassDef1.classDefs.get(left, 0)
    two = sub.ClassDef2.classDefs.get(right, 0)
    value = sub.Class1Record[one].Class2Record[two].Value1
    return getattr(value, "XAdvance", 0) if value else 0


def kerning(font):
    gpos, cmap, em = font["GPOS"].table, font.getBestCmap(), font["head"].unitsPerEm
    lookups = sorted({i for r in gpos.FeatureList.FeatureRecord if r.FeatureTag == "kern" for i in r.Feature.LookupListIndex})
    glyphs = [cmap[ord(c)] for c in KERNED if ord(c) in cmap]
    pairs = {}
    for index in lookups:
        subs = [getattr(s, "ExtSubTable", s) for s in gpos.LookupList.Lookup[index].SubTable]
        subs = [s for s in subs if s.LookupType == 2]
        for left in glyphs:
            able = [s for s in subs if left in s.Coverage.glyphs]
            for right in glyphs if able else []:
                for sub in able:
                    value = pair_value(sub, left, right)
                    if value is not None:
                        if abs(value) * 1000 >= SMALLEST_KERN * em:
                            pairs[left, right] = value
                        break
    return pairs


def write_kern(font, pairs):
    sub = KernTable_format_0()
    sub.version, sub.coverage, sub.format, sub.tupleIndex, sub.apple = 0, 1, 0, None, False
    sub.kernTable = pairs
    font["kern"] = newTable("kern")
    font["kern"].version, font["kern"].kernTables = 0, [sub]


def cut(font, ranges, out):
    work = subset.Subsetter(options())
    work.populate(unicodes=codes(ranges))
    work.subset(font)
    font.save(out, reorderTables=True)
    print(f"{out}: {font['maxp'].numGlyphs} glyphs, {os.path.getsize(out)} bytes")


def inter(source, weight, out):
    font = TTFont(os.path.join(source, "Inter-roman.var.ttf"), recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    tabular(font)
    even(font)
    pairs = kerning(font)
    write_kern(font, pairs)
    print(f"{len(pairs)} kerning pairs")
    cut(font, INTER, out)


def main(inter_dir, dejavu_dir):
    here = os.path.dirname(os.path.abspath(__file__))
    inter(inter_dir, 400, os.path.join(here, "inter-400.ttf"))
    inter(inter_dir, 600, os.path.join(here, "inter-600.ttf"))
    dejavu = TTFont(os.path.join(dejavu_dir, "DejaVuSans.ttf"), recalcTimestamp=False)
    if "kern" in dejavu:
        del dejavu["kern"]
    cut(dejavu, DEJAVU, os.path.join(here, "dejavu.ttf"))


if __name__ == "__main__":
    main(*sys.argv[1:])
