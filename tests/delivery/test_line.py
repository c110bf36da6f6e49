"""The connections to Telegram: nothing comes between a record and its message, with TLS and through a proxy, too."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from telegram.ext import ExtBot

from bot.delivery.limiter import Limiter
from bot.delivery.over_httpx import ClaimingHttpxRequest
from bot.delivery.send_claim import ClaimingRequest, SendClaim
from bot.delivery.sender import Sender
from bot.messages.model import Message
from tests.doubles.bot_api import BotApi

HELLO = Message("<b>早</b>")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's key and the certificate that it signed itself, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path_factory.mktemp("tls") / "loopback.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def encrypted(api: BotApi, certificate: Path) -> str:
    """Puts TLS in front of the server, which has not been started; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = api._server._server
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return api.url.replace("http:", "https:")


@pytest.fixture(params=["plain", "tls"])
def place(
    request: pytest.FixtureRequest, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[BotApi, str]]:
    """The server and its address."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    api = BotApi()
    url = encrypted(api, certificate) if request.param == "tls" else api.url
    with api:
        api.open_chat(7)
        yield api, url


LINES = (ClaimingRequest, ClaimingHttpxRequest)
Line = type[ClaimingRequest] | type[ClaimingHttpxRequest]
over_each_line = pytest.mark.parametrize("line", LINES)


@contextlib.asynccontextmanager
async def a_sender(
    api: BotApi, url: str, proxy: str | None = None, *, line: Line = ClaimingRequest
) -> AsyncIterator[Sender]:
    async with ExtBot[int](
        api.token, base_url=f"{url}/bot", request=line(proxy=proxy), rate_limiter=Limiter()
    ) as bot:
        yield Sender(bot)


async def goes_at_once(sender: Sender, api: BotApi) -> None:
    """Right after the record, before anybody else has a turn, the message is with the system: it arrives although
    this process does nothing more."""
    arrived: list[int] = []

    def somebody_elses_turn() -> None:
        api.wait_for(lambda: api.calls("sendMessage"), 10.0)
        arrived.append(len(api.calls("sendMessage")))

    def record() -> None:
        asyncio.get_running_loop().call_soon(somebody_elses_turn)

    outcome = await sender.send(7, None, HELLO, background=True, claim=SendClaim(record))
    assert outcome.kind == "sent"
    assert arrived == [1]


@over_each_line
async def test_a_recorded_message_is_written_before_anybody_else_has_a_turn(
    place: tuple[BotApi, str], line: Line
) -> None:
    async with a_sender(*place, line=line) as sender:
        await goes_at_once(sender, place[0])


@over_each_line
async def test_so_it_is_through_a_proxy(place: tuple[BotApi, str], line: Line) -> None:
    asked: list[bytes] = []
    tunnels: list[asyncio.Task[None]] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tunnels.append(asyncio.create_task(tunnel(reader, writer)))

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.split(b" ")[0])
        to, back = await asyncio.open_connection("127.0.0.1", int(place[0].url.rpartition(":")[2]))
        if asked[-1] == b"CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:  # without TLS a proxy is asked for the address itself
            back.write(head.replace(place[1].encode(), b"", 1))
        await asyncio.gather(pass_on(reader, back), pass_on(to, writer))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as proxy:
        address = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        async with a_sender(*place, proxy=address, line=line) as sender:
            claims = [SendClaim(lambda: None) for _ in range(2)]
            outcomes = [await sender.send(7, None, HELLO, background=True, claim=claim) for claim in claims]
        await asyncio.gather(*tunnels)
    assert [outcome.kind for outcome in outcomes] == ["sent", "sent"]
    assert all(claim.left for claim in claims)
    assert set(asked) == ({b"CONNECT"} if place[1].startswith("https") else {b"POST"})


@over_each_line
async def test_a_connection_that_the_server_has_ended_is_not_written_to(
    place: tuple[BotApi, str], line: Line
) -> None:
    api, url = place
    async with a_sender(api, url, line=line) as sender:
        assert (await sender.send(7, None, HELLO, background=True)).kind == "sent"
        api._server._server.cut_all()
        api.wait_for(lambda: not api.connections)
        assert (
            await sender.send(7, None, HELLO, background=True)
        ).kind == "sent"  # else it would be in doubt
    assert len(api.messages(7)) == 2


async def test_a_certificate_that_nobody_vouches_for(certificate: Path) -> None:
    api = BotApi()
    url = encrypted(api, certificate)
    with api:
        async with a_sender_without_get_me(api, url) as sender:
            claim = SendClaim(lambda: None)
            outcome = await sender.send(7, None, HELLO, background=True, claim=claim)
    assert outcome.kind == "retry"
    assert "certificate" in outcome.problem.lower()
    assert not claim.left


@contextlib.asynccontextmanager
async def a_sender_without_get_me(api: BotApi, url: str) -> AsyncIterator[Sender]:
    line = ClaimingRequest()
    yield Sender(ExtBot[int](api.token, base_url=f"{url}/bot", request=line, rate_limiter=Limiter()))
    await line.shutdown()


async def test_a_large_file_arrives_whole_with_its_name_and_caption(place: tuple[BotApi, str]) -> None:
    api, url = place
    data = bytes(range(256)) * 2_000
    async with a_sender(api, url) as sender:
        claim = SendClaim(lambda: None)
        outcome = await sender.send_document(7, None, '晨"报.bin', data, "<b>早</b>", claim=claim)
    assert outcome.kind == "sent"
    assert claim.left
    name, arrived = api.last(7).document or ("", b"")
    assert name.endswith("报.bin")
    assert arrived == data


async def test_an_upload_that_nobody_takes_ends_in_time() -> None:
    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        stalled.append(writer)

    stalled: list[asyncio.StreamWriter] = []
    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        line = ClaimingRequest(media_write_timeout=0.2)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        sender = Sender(ExtBot[int]("1:x", base_url=f"{url}/bot", request=line, rate_limiter=Limiter()))
        claim = SendClaim(lambda: None)
        outcome = await sender.send_document(7, None, "a.bin", bytes(20_000_000), claim=claim)
        await line.shutdown()
        for writer in stalled:
            writer.close()
    assert outcome.kind == "ambiguous"
    assert claim.left
