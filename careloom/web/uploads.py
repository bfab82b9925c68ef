"""Uploads: no larger than a message may be, counted while the bytes come in, so that none fills the disk first."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class Limit(FileUploadHandler):
    """Stands before the handlers that keep a file; what a file holds is told by its content alone, never by its name."""

    def __init__(self, request: object = None) -> None:
        super().__init__(request)  # type: ignore[arg-type]
        self.came = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on. Raises RequestDataTooBig where they are more than a message may have."""
        del start
        self.came += len(raw_data)
        if self.came > settings.CARELOOM_UPLOAD_BYTES:
            raise RequestDataTooBig("the upload is larger than a message may be")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has the file."""
        del file_size
