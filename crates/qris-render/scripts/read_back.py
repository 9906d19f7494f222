"""Compares each NAME.png of a folder with NAME.txt: as zxing-cpp and as zbarimg read it. Each NAME.pdf is drawn first: all
its codes are read, and the text in it has the name in NAME.name.

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


def codes_of(pdf):
    """How many codes are on its one page."""
    for kind, count in (("-four", 4), ("-nine", 9), ("-tent", 2)):
        if kind in pdf.stem:
            return count
    return 1


def drawn(pdf):
    """The page as a picture."""
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", str(pdf), str(pdf.with_suffix(""))], check=True)
    return pdf.with_suffix(".png")


def text_of(pdf):
    """The text of its page. Marks of direction that pdftotext puts around words from the right are left out."""
    done = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True)
    marks = {ord(mark): None for mark in "\u202a\u202b\u202c"}
    return " ".join(done.stdout.decode().translate(marks).split())


def read_pdfs(folder):
    """Whether a code or a name of a PDF is not as it should be."""
    failed = False
    pdfs = sorted(pathlib.Path(folder).glob("*.pdf"))
    if not pdfs:
        sys.exit(f"no PDFs in {folder}")
    for pdf in pdfs:
        expected = pdf.with_suffix(".txt").read_bytes()
        picture = drawn(pdf)
        found = zxing(picture)
        if found != [expected] * codes_of(pdf):
            failed = True
            print(f"zxing-cpp: {pdf.name}: {len(found)} codes: {found}", file=sys.stderr)
        if not any(expected in found for found in zbarimg(picture)):
            failed = True
            print(f"zbarimg: {pdf.name}: the code is not read", file=sys.stderr)
        name, text = pdf.with_suffix(".name").read_text(encoding="utf-8"), text_of(pdf)
        if name not in text or "NMID : ID1026000000012" not in text:
            failed = True
            print(f"pdftotext: {pdf.name}: {name!r} is not in {text!r}", file=sys.stderr)
        picture.unlink()
    print(f"PDFs: {len(pdfs)} drawn and read")
    return failed


def main(folder):
    pictures = sorted(pathlib.Path(folder).glob("*.png"))
    if not pictures:
        sys.exit(f"no pictures in {folder}")
    failed = read_pdfs(folder)
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
