"""An echo server on asyncio streams: asyncio_echo.py PORT eof|line."""
import asyncio
import resource
import sys

BACKLOG = 1024
MAX_LINE_BYTES = 16 * 1024 * 1024


async def echo_message(reader, writer):
    try:
        writer.write(await reader.read())
        await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def echo_lines(reader, writer):
    try:
        while line := await reader.readline():
            writer.write(line)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def main(port, framing):
    handler = {"eof": echo_message, "line": echo_lines}[framing]
    server = await asyncio.start_server(handler, port=port, backlog=BACKLOG, limit=MAX_LINE_BYTES)
    print(f"asyncio_echo listens on port {port}", flush=True)
    await server.serve_forever()


hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
