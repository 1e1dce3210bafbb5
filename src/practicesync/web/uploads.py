"""Files that people send: held in memory, up to a size; none is ever written to a disk."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from typing_extensions import override

from practicesync.core.sheets import MAX_FILE
from practicesync.web.request import Request

FIELD = "file"


class HeldInMemory(MemoryFileUploadHandler):
    """Takes every file into memory, and passes over one that is too large: it is not among the request's files then,
    and the request says so."""

    @override
    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Nothing about the whole request decides: only a file's own size."""
        self.activated = True
        self._received = 0

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Count what came of this request, and stop keeping a file when it is too much."""
        self._received += len(raw_data)
        if self._received > MAX_FILE:
            self.file.close()
            if self.request is not None:
                self.request.upload_too_large = True  # type: ignore[attr-defined]
            raise SkipFile
        super().receive_data_chunk(raw_data, start)
        return None


def sent_file(request: Request) -> tuple[str, bytes] | None:
    """The name and the bytes of the file that a form sent; None where it sent none, or one that is too large."""
    found = request.FILES.get(FIELD)
    if found is None or isinstance(found, list):
        return None
    name = (found.name or "").replace("\\", "/").rpartition("/")[2]
    return name, found.read()


def was_too_large(request: Request) -> bool:
    """Whether a file was passed over since it is too large."""
    return bool(getattr(request, "upload_too_large", False))
