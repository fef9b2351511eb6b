"""The server's count against a model of Streamlit's browser, whose requests are late: it never lacks a message."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from conv_viz.ui.server.references import ON_THE_WAY, References

KEPT_FOR = ON_THE_WAY + 3
ENDED = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)


class Browser:
    """What ``ForwardMessageCache.ts`` of Streamlit does with the messages of whole runs."""

    def __init__(self) -> None:
        self.runs = 0
        self.used: dict[str, int] = {}

    def receive(self, messages: list[ForwardMsg]) -> None:
        for message in messages:
            if message.WhichOneof("type") == "script_finished":
                self.runs += 1
                self.used = {hash: used for hash, used in self.used.items() if self.runs - used <= KEPT_FOR}
            else:
                hash = message.ref_hash or message.hash
                assert message.hash or hash in self.used, "Cached ForwardMsg MISS"
                self.used[hash] = self.runs


SHOWN = st.sampled_from(["", "", "", "", "a", "b", "ab"])  # most are not shown, so they grow old


@settings(max_examples=300)
@given(st.lists(st.tuples(SHOWN, st.integers(0, ON_THE_WAY)), min_size=10, max_size=60))
def test_the_browser_has_what_the_server_points_at(runs: list[tuple[str, int]]) -> None:
    """Each run shows some messages; what it knows of the browser is as old as the runs that its request was late."""
    references, browser = References(), Browser()
    known: list[list[str]] = [[]]
    for shown, late in runs:
        safe = known[max(0, len(known) - 1 - late)]
        messages = [ForwardMsg(ref_hash=hash) if hash in safe else ForwardMsg(hash=hash) for hash in shown]
        references.note([*messages, ENDED])
        browser.receive([*messages, ENDED])
        known.append(references.safe(list(browser.used), KEPT_FOR))


def test_what_each_run_shows_is_sent_once() -> None:
    references = References()
    references.note([ForwardMsg(hash="a"), ENDED])
    for _ in range(3 * KEPT_FOR):
        assert references.safe(["a"], KEPT_FOR) == ["a"]
        references.note([ForwardMsg(ref_hash="a"), ENDED])
