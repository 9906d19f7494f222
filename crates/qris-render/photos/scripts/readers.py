"""Reads photos with zxing-cpp and zbar, and prints a row for each reader and kind, as the example `read` does.

`readers.py FOLDER...`. Pictures are turned as Exif says and laid on white, as a user of these readers would have to.
"""

import collections
import pathlib
import sys
import time

import zxingcpp
from PIL import Image, ImageOps
from pyzbar import pyzbar


def opened(path):
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.mode in ("RGBA", "LA"):
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture.convert("RGBA"))
        picture = ground
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda light: light / 256).convert("L")
    return picture if picture.mode == "L" else picture.convert("RGB")


def zxing(path):
    found = zxingcpp.read_barcodes(opened(path), formats=zxingcpp.BarcodeFormat.QRCode)
    return {result.text for result in found}


def zbar(path):
    found = pyzbar.decode(opened(path), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return {result.data.decode("utf-8", "replace") for result in found}


def printed(reader, kind, row):
    times = sorted(row["times"])
    mean, most = sum(times) / len(times), times[len(times) * 95 // 100]
    numbers = (len(times), row["codes"], row["read"], row["wrong"], f"{mean:.1f}", f"{most:.0f}")
    print(reader, kind, *numbers, sep="\t")


def main(folders):
    photos = collections.OrderedDict()
    for folder in map(pathlib.Path, folders):
        for line in (folder / "payloads.tsv").read_text().splitlines():
            kind, name, payload = line.split("\t")
            photos.setdefault((kind, folder / name), []).append(payload)
    for reader, read in (("zxing-cpp", zxing), ("zbar", zbar)):
        rows = collections.OrderedDict()
        for (kind, path), payloads in photos.items():
            start = time.perf_counter()
            found = read(path)
            spent = 1000 * (time.perf_counter() - start)
            for name in (kind, "all"):
                row = rows.setdefault(name, {"codes": 0, "read": 0, "wrong": 0, "times": []})
                row["codes"] += len(payloads)
                row["read"] += sum(payload in found for payload in payloads)
                row["wrong"] += len(found - set(payloads))
                row["times"].append(spent)
        everything = rows.pop("all")
        for kind, row in rows.items():
            printed(reader, kind, row)
        printed(reader, "all", everything)


main(sys.argv[1:])
