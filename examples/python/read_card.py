#!/usr/bin/env python3
"""Reads a card through the agent, with Python's standard library and nothing of ours: read_card.py TOKEN NUMBER [PORT] [agreed].
The token is of `chipid-agent clients create NAME --fields fullName`; NUMBER is the 12-digit one on the card; «agreed» says that the citizen did."""
import base64, json, os, socket, sys
token, number, port = sys.argv[1], sys.argv[2], int((sys.argv[3:] or [9590])[0])
s = socket.create_connection(("127.0.0.1", port))
s.sendall((f"GET /v1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
           f"{base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Protocol: chipid.v1\r\nAuthorization: Bearer {token}\r\n\r\n").encode())
stream = s.makefile("rb")
if b" 101 " not in (status := stream.readline()): sys.exit(f"refused: {status.decode().strip()}")
while stream.readline() != b"\r\n": pass
def send(opcode, data):  # one masked frame of RFC 6455
    size, mask = bytes([128 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big"), os.urandom(4)
    s.sendall(bytes([128 | opcode]) + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))
def call(id, method, **params):
    send(1, json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).encode())
    while True:  # progress and events go by; pings are answered
        opcode, size = stream.read(2)
        data = stream.read(size if size < 126 else int.from_bytes(stream.read(2 if size == 126 else 8), "big"))
        if opcode == 0x88: sys.exit(f"closed: {int.from_bytes(data[:2], 'big')} {data[2:].decode()}")
        if opcode == 0x89: send(10, data)
        elif (m := json.loads(data)).get("id") == id: return m["result"] if "result" in m else sys.exit(m["error"]["data"]["code"])
call(1, "initialize", protocolVersion="1.0", client={"name": "read_card.py"})
read = call(2, "card.read", fields=["fullName"], purpose="thử", citizenConsent="agreed" in sys.argv[4:], key={"id": number})
print(read["report"]["outcome"], read["citizen"]["fullName"])
