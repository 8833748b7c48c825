"""A page asked to rerun as a browser asks, without a browser that competes for the cores.

``python -m benchmarks.visitor PORT QUERY SECONDS`` reruns four times a second in a process of its
own; it prints ``ready`` after the first run, and the median of the reruns' milliseconds at the end.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PAUSE = 0.25
TO_PAY = "To pay"


class Visitor:
    """One session with a page."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket = socket
        self._query = query
        self._grid = ""
        self.shown = b""
        self.price = ""
        self.priced_after = 0.0

    def rerun(self, edited: str = "") -> float:
        """Return the milliseconds from asking until the script has finished.

        `shown` is what the server sent meanwhile, `price` what the Workbench said is to pay, and
        `priced_after` the milliseconds until it did. Raises RuntimeError when the script failed.
        """
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        if edited:
            asked.rerun_script.widget_states.widgets.add(id=self._grid, string_value=edited)
        started = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        frames = []
        while True:
            frame = self._socket.recv(timeout=60)
            assert isinstance(frame, bytes)
            frames.append(frame)
            message = ForwardMsg.FromString(frame)
            self._note(message, started)
            if (
                message.WhichOneof("type") == "script_finished"
                and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError("the page did not run to its end")
                self.shown = b"".join(frames)
                return (time.perf_counter() - started) * 1000

    def edit(self, quantity: int) -> float:
        """Set the quantity of the cart's first line; return the milliseconds until its price came.

        Raises RuntimeError when the Workbench showed the price that it had before.
        """
        before = self.price
        edits = {"edited_rows": {"0": {"quantity": quantity}}, "added_rows": [], "deleted_rows": []}
        self.rerun(json.dumps(edits))
        if self.price == before:
            raise RuntimeError("the edit changed nothing")
        return self.priced_after

    def _note(self, message: ForwardMsg, started: float) -> None:
        """Note what a browser would: the address, the cart's grid, and the price."""
        kind = message.WhichOneof("type")
        if kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if element.metric.label == TO_PAY:
                self.price = element.metric.body
                self.priced_after = (time.perf_counter() - started) * 1000
            elif element.dataframe.editing_mode:
                self._grid = element.dataframe.id


@contextmanager
def visiting(port: int, query: str = "") -> Iterator[Visitor]:
    """Open a session; its first run is over when the block begins."""
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None) as socket:
        visitor = Visitor(socket, query)
        visitor.rerun()
        yield visitor


def main(port: int, query: str, seconds: float) -> None:
    times = []
    with visiting(port, query) as visitor:
        print("ready", flush=True)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            times.append(visitor.rerun())
            time.sleep(max(0.0, PAUSE - times[-1] / 1000))
    print(statistics.median(times))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
