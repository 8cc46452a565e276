"""A one-page PDF that stands in for a licence: it says that it is a sample."""

from __future__ import annotations

import io

from storefront.media import PreparedFile, prepare_document


def sample_paper(*lines: str) -> PreparedFile:
    """A sealed sample document with these lines of text (Latin letters)."""
    return prepare_document(io.BytesIO(_page(["CONTOH - SAMPLE", *lines])), "contoh.pdf")


def _page(lines: list[str]) -> bytes:
    """The smallest PDF that every reader opens."""
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
    drawing = f"BT /F1 20 Tf 28 TL 72 720 Td {shown} ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    page = io.BytesIO()
    page.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(page.tell())
        page.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    index_at = page.tell()
    page.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    page.writelines(b"%010d 00000 n \n" % place for place in places)
    page.write(b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    page.write(b"startxref\n%d\n%%%%EOF\n" % index_at)
    return page.getvalue()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
