"""The line between shop and HQ: it carries bytes, breaks at once, and mends."""

import asyncio

import pytest

from terminal.bench.line import Line


async def _echo_server() -> asyncio.Server:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1024):
            writer.write(data)
            await writer.drain()
        writer.close()

    return await asyncio.start_server(echo, "127.0.0.1", 0)


async def _line_to(server: asyncio.Server) -> Line:
    line = Line(("127.0.0.1", server.sockets[0].getsockname()[1]))
    await line.start()
    return line


async def _close(line: Line, server: asyncio.Server) -> None:
    await line.close()
    server.close()
    await server.wait_closed()


async def _says(line: Line, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    try:
        writer.write(text)
        writer.write_eof()
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


def test_bytes_go_through_both_ways_unchanged() -> None:
    async def play() -> bytes:
        server = await _echo_server()
        line = await _line_to(server)
        answer = await _says(line, bytes(range(256)) * 1000)
        await _close(line, server)
        return answer

    assert asyncio.run(play()) == bytes(range(256)) * 1000


def test_a_cut_breaks_open_connections_and_refuses_new_ones() -> None:
    async def play() -> None:
        server = await _echo_server()
        line = await _line_to(server)
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"ping")
        assert await reader.readexactly(4) == b"ping"
        line.cut()
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
        with pytest.raises((ConnectionResetError, AssertionError, BrokenPipeError)):
            assert await _says(line, b"ping") == b"ping"
        await _close(line, server)

    asyncio.run(play())


def test_a_mended_line_carries_again() -> None:
    async def play() -> bytes:
        server = await _echo_server()
        line = await _line_to(server)
        line.cut()
        line.mend()
        answer = await _says(line, b"back")
        await _close(line, server)
        return answer

    assert asyncio.run(play()) == b"back"


def test_a_target_that_is_away_breaks_the_connection_not_the_line() -> None:
    async def play() -> bool:
        server = await _echo_server()
        line = await _line_to(server)
        server.close()
        await server.wait_closed()
        with pytest.raises((ConnectionResetError, BrokenPipeError, AssertionError)):
            assert await _says(line, b"x") == b"x"
        up = line.up
        await line.close()
        return up

    assert asyncio.run(play())
