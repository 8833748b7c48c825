"""A page asked to rerun as a browser asks, without a browser that competes for the cores.

``python -m benchmarks.visitor PORT QUERY SECONDS`` reruns four times a second in a process of its
own; it prints ``ready`` after the first run, and the median of the reruns' milliseconds at the end.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PAUSE = 0.25


class Visitor:
    """One session with a page."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket = socket
        asked = BackMsg()
        asked.rerun_script.query_string = query
        self._request = asked.SerializeToString()
        self.shown = b""

    def rerun(self) -> float:
        """Return the milliseconds from asking until the script has finished.

        `shown` is what the server sent meanwhile. Raises RuntimeError when the script failed.
        """
        started = time.perf_counter()
        self._socket.send(self._request)
        frames = []
        while True:
            frame = self._socket.recv(timeout=30)
            assert isinstance(frame, bytes)
            frames.append(frame)
            message = ForwardMsg.FromString(frame)
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError("the page did not run to its end")
                self.shown = b"".join(frames)
                return (time.perf_counter() - started) * 1000


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
