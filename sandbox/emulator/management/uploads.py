"""Files that are sent as multipart data: the field ``upFile`` of the vendor's imports."""

from __future__ import annotations

from python_multipart import create_form_parser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from sandbox.emulator.http import MAX_BODY, Incoming
from sandbox.errors import Fault, Refused

FIELD = "upFile"


def uploaded_text(incoming: Incoming) -> str:
    """Return the text of the uploaded file, in UTF-8; raises Refused when there is none."""
    content = _parts(incoming).get(FIELD.encode())
    if content is None:
        raise _refused("Missing", f"The file is sent as multipart data in the field “{FIELD}”")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused("Malformed", f"Line {line}: the file is not in UTF-8") from None


def _parts(incoming: Incoming) -> dict[bytes, bytes]:
    """Return what the parts of the form hold, by name."""
    found: dict[bytes, bytes] = {}

    def on_field(field: Field) -> None:
        found[field.field_name or b""] = field.value or b""

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        found[file.field_name or b""] = file.file_object.read()
        file.close()

    headers = {"Content-Type": (incoming.headers.get("content-type") or "").encode()}
    try:
        # Bodies are bounded, so files need not go to the disk.
        limits = {"MAX_MEMORY_FILE_SIZE": MAX_BODY}
        parser = create_form_parser(headers, on_field, on_file, limits)
        parser.write(incoming.body)
        parser.finalize()
    except FormParserError as error:
        raise _refused("Malformed", f"The body is no multipart data: {error}") from None
    return found


def _refused(title: str, details: str) -> Refused:
    return Refused([Fault(title, details, parameter=FIELD)])
