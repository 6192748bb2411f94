"""A portal's back end in Python: a card check, then a second factor. No packages."""

import base64
import hmac
import http.server
import json
import os
import secrets
import struct
import time
import urllib.error
import urllib.request

ACCOUNTS = json.loads(os.environ.get("ACCOUNTS", "{}"))
SESSIONS = {}


def verifier(path, body):
    """Asks the verification service; None for anything but success."""
    headers = {"Authorization": "Bearer " + os.environ["VERIFIER_KEY"], "Content-Type": "application/json"}
    request = urllib.request.Request(os.environ["VERIFIER"] + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ValueError, TimeoutError):
        return None


def totp(secret, at):
    """RFC 6238 with six digits and thirty seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(at) // 30), "sha1")
    (number,) = struct.unpack_from(">I", mac, mac[19] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def start(sid, _, body):
    account = body.get("account")
    if account not in ACCOUNTS:
        return None
    ask = {"origin": os.environ["ORIGIN"], "purpose": "Kiểm tra thẻ", "groups": ["dg1"], "session": sid}
    request = verifier("/v1/requests", ask)
    if not request:
        return None
    SESSIONS[sid] = {"account": account, "request": request["id"], "card": False, "tries": 0}
    return {name: request[name] for name in ("nonce", "purpose", "groups")}


def evidence(sid, session, body):
    judged = session and verifier(
        "/v1/evidence", {"request": session["request"], "session": sid, "evidence": body.get("evidence")})
    if not judged:
        return None
    number = judged.get("citizen", {}).get("personalNumber")
    session["card"] = judged["accepted"] and number == ACCOUNTS[session["account"]]["number"]
    return {"accepted": True, "next": "code"} if session["card"] else None


def code(_, session, body):
    if not session or not session["card"] or session["tries"] >= 3:
        return None
    session["tries"] += 1
    secret, now = ACCOUNTS[session["account"]]["totp"], time.time()
    if body.get("code") not in (totp(secret, now), totp(secret, now - 30)):
        return None
    session["card"] = False  # once
    return {"signedIn": True}


class Portal(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = min(int(self.headers.get("Content-Length") or 0), 2 << 20)
        try:
            body = dict(json.loads(self.rfile.read(length)))
        except (ValueError, TypeError):
            body = {}
        sent = dict(p.split("=", 1) for p in self.headers.get("Cookie", "").split("; ") if "=" in p).get("sid")
        sid = sent if sent and self.path != "/start" else secrets.token_hex(16)
        step = {"/start": start, "/evidence": evidence, "/code": code}.get(self.path)
        answer = step and step(sid, SESSIONS.get(sid), body)
        self.send_response(200 if answer else 403)
        self.send_header("Content-Type", "application/json")
        if answer:
            self.send_header("Set-Cookie", f"sid={sid}; HttpOnly; SameSite=Strict; Path=/")
        self.end_headers()
        self.wfile.write(json.dumps(answer or {"accepted": False}).encode())

    def log_message(self, *_):
        """Nothing of a visitor is logged."""


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Portal).serve_forever()
