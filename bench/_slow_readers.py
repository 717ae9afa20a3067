"""`python -m bench._slow_readers URL NUMBER KB_S`: read one file many times, slowly; says `reading` once all do.

Each has a small receive buffer, as a phone on a weak line: the server cannot hand its bytes to the kernel and be done.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from urllib.parse import urlsplit

PAUSES_S = 0.5
BUFFER = 16 * 1024


async def read_slowly(url: str, kb_s: int, has_begun: asyncio.Semaphore) -> None:
    """Read one file to its end at this pace, and then again."""
    parts = urlsplit(url)
    step = int(kb_s * 1000 * PAUSES_S)
    while True:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, (parts.hostname, parts.port))
        reader, writer = await asyncio.open_connection(sock=line, limit=BUFFER)
        writer.write(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
        )
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"the file server answers {status.decode()}")
        has_begun.release()
        while not reader.at_eof():
            left = step
            while left > 0 and (piece := await reader.read(left)):
                left -= len(piece)
            await asyncio.sleep(PAUSES_S)
        writer.close()


async def main(url: str, number: int, kb_s: int) -> None:
    """Begin all readers, one after the other within some seconds, and go on until terminated."""
    has_begun = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as readers:
        for _ in range(number):
            readers.create_task(read_slowly(url, kb_s, has_begun))
            await asyncio.sleep(0.005)
        for _ in range(number):
            await has_begun.acquire()
        print("reading", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
