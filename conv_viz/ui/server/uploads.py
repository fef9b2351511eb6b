"""Streamlit keeps an upload until its session ends, also when its field is gone. Here it is let go once it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def let_go(file: UploadedFile) -> None:
    """Take a file out of Streamlit's own keeping; whoever holds its bytes goes on holding them."""
    run = get_script_run_ctx()
    if run is not None and isinstance(run.uploaded_file_mgr, MemoryUploadedFileManager):
        run.uploaded_file_mgr.remove_file(run.session_id, file.file_id)
