"""Compares each NAME.png of a folder with NAME.txt: as zxing-cpp and as zbarimg read it.

Bytes are compared, not text, because decoders differ in what they make of character sets. The linear symbologies of
zbarimg stay off: it sees bar codes in rows of modules.
"""

import pathlib
import subprocess
import sys

import zxingcpp
from PIL import Image

def zxing(path):
    found = zxingcpp.read_barcodes(Image.open(path), formats=zxingcpp.BarcodeFormat.QRCode)
    return [result.bytes for result in found]


def zbarimg(path):
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-Sbinary", "--nodbus", str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    return [done.stdout] if done.returncode == 0 else []


def main(folder):
    pictures = sorted(pathlib.Path(folder).glob("*.png"))
    if not pictures:
        sys.exit(f"no pictures in {folder}")
    failed = False
    for name, read in (("zxing-cpp", zxing), ("zbarimg", zbarimg)):
        counts = {}
        for picture in pictures:
            expected = picture.with_suffix(".txt").read_bytes()
            kind = "ASCII" if expected.isascii() else "not ASCII"
            found = read(picture)
            verdict = "equal" if found == [expected] else "different" if found else "not found"
            counts[kind, verdict] = counts.get((kind, verdict), 0) + 1
            if verdict != "equal":
                failed = True
                print(f"{name}: {picture.name}: {verdict}: {found} instead of {expected}", file=sys.stderr)
        for (kind, verdict), count in sorted(counts.items()):
            print(f"{name}: {kind}: {verdict}: {count}")
    sys.exit(failed)


if __name__ == "__main__":
    main(sys.argv[1])
