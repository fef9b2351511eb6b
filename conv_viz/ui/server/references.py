"""Which of its large messages a browser still has, so that the server may point at one instead of sending it again.

Streamlit's browser keeps a large message until it was not used in ``global.maxCachedMessageAge`` runs, and names what
it has with each request. While requests are on their way more runs end, and what was named may be gone when the answer
arrives: the page then says "Cached ForwardMsg MISS" and never connects again. A key held down and let go does it on a
busy machine. So the server counts with the browser, and points at nothing that is near its end.
"""

from __future__ import annotations

from collections.abc import Iterable

from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ON_THE_WAY = 6  # runs: more than can end between a request and its answer


class References:
    """What one session was sent, with the number of runs that have ended since.

    >>> references = References()
    >>> references.note([ForwardMsg(hash="a"), ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)])
    >>> references.safe(["a", "never sent"], kept_for=ON_THE_WAY + 1)
    ['a']
    >>> references.note([ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)])
    >>> references.safe(["a"], kept_for=ON_THE_WAY + 1)  # two runs have ended without it
    []
    """

    def __init__(self) -> None:
        self._ended = 0
        self._used: dict[str, int] = {}

    def note(self, messages: Iterable[ForwardMsg]) -> None:
        """These leave for the browser now, in this order."""
        for message in messages:
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                self._ended += 1
            elif kind == "ref_hash":
                self._used[message.ref_hash] = self._ended
            elif message.hash:
                self._used[message.hash] = self._ended

    def safe(self, named: Iterable[str], kept_for: int | None = None) -> list[str]:
        """Those of the hashes `named` by a browser, which keeps them for `kept_for` runs, that it will still have."""
        if kept_for is None:
            kept_for = config.get_option("global.maxCachedMessageAge")
        oldest = self._ended - (kept_for - ON_THE_WAY)
        self._used = {hash: ended for hash, ended in self._used.items() if ended >= oldest}
        return [hash for hash in named if hash in self._used]
