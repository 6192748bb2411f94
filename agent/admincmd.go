package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
)

// adminCommand is `chipid-agent admin`: what an administrator does at their own
// computer. None of it changes the agent of this one.
var adminCommand = dispatch("admin", map[string]sub{"keygen": makeAdminKey, "sign": signGrants, "check": checkGrants})

// keyPEM is the type of the secret key's PEM block (PKCS #8).
const keyPEM = "PRIVATE KEY"

// makeAdminKey is `admin keygen FILE`.
func makeAdminKey(_ context.Context, c console, args []string) int {
	r := c.newRequest("admin")
	if code, done := r.read(args, 1); done {
		return code
	}
	public, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		return r.wrong(catalogue.Internal, "")
	}
	der, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		return r.wrong(catalogue.Internal, "")
	}
	if err := writeNew(r.operands[0], pem.EncodeToMemory(&pem.Block{Type: keyPEM, Bytes: der})); err != nil {
		return r.wrong(catalogue.FileUnwritable, err.Error())
	}
	text := consent.ServiceKeyText(public)
	if r.json {
		return r.print(map[string]any{"secret": r.operands[0], "publicKey": text})
	}
	fmt.Fprintf(r.err, adminWords["made"].In(r.lang), r.operands[0])
	fmt.Fprintln(r.out, text) // alone, so that «keygen FILE > admin.pem» makes what the counters need
	return 0
}

// signGrants is `admin sign GRANTS --key SECRET`: it looks through the file as
// `admin check` does, and writes the signature beside it.
func signGrants(_ context.Context, c console, args []string) int {
	r := c.newRequest("admin")
	key := r.set.String("key", "", "")
	if code, done := r.read(args, 1); done {
		return code
	}
	secret, err := secretKey(*key)
	if err != nil {
		return r.wrong(catalogue.GrantsFileInvalid, "--key: "+err.Error())
	}
	defer clear(secret)
	text, draft, err := readDraft(r.operands[0])
	if err != nil {
		return r.wrong(catalogue.GrantsFileInvalid, err.Error())
	}
	path := r.operands[0] + ".sig"
	if err := os.WriteFile(path, consent.Sign(text, secret), 0o644); err != nil {
		return r.wrong(catalogue.FileUnwritable, err.Error())
	}
	return r.showDraft(draft, secret.Public().(ed25519.PublicKey))
}

// checkGrants is `admin check GRANTS --key PUBLIC`: what would an agent with that
// key make of the file and its signature?
func checkGrants(_ context.Context, c console, args []string) int {
	r := c.newRequest("admin")
	given := r.set.String("key", "", "")
	if code, done := r.read(args, 1); done {
		return code
	}
	text := []byte(*given)
	if b, err := readFile(*given); err == nil {
		text = b
	}
	key, err := consent.AdminKey(text)
	if err != nil {
		return r.wrong(catalogue.GrantsFileInvalid, "--key: "+err.Error())
	}
	admin, err := consent.NewAdmin(r.operands[0], text)
	_, draft, problem := readDraft(r.operands[0])
	if err = errors.Join(err, admin.Err(), problem); err != nil {
		return r.wrong(catalogue.GrantsFileInvalid, err.Error())
	}
	return r.showDraft(draft, key)
}

// readDraft reads a file of grants and refuses what an agent would, or would pass
// over without a word.
func readDraft(path string) ([]byte, consent.Draft, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, consent.Draft{}, err
	}
	draft, err := consent.ParseDraft(text)
	if err != nil {
		return nil, draft, err
	}
	for _, g := range draft.Grants {
		if len(g.Fields) == 1 && g.Fields[0] == "all" {
			continue
		}
		if _, err := answer.Want(g.Fields...); err != nil {
			return nil, draft, fmt.Errorf("%s: %w", g.Caller(), err)
		}
	}
	if draft.Expires != nil && !time.Now().Before(*draft.Expires) {
		return nil, draft, fmt.Errorf("expires %s", draft.Expires.Format(time.RFC3339))
	}
	return text, draft, nil
}

// secretKey reads the administrator's secret key, PKCS #8 in PEM.
func secretKey(path string) (ed25519.PrivateKey, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, err
	}
	defer clear(b)
	block, _ := pem.Decode(b)
	if block == nil || block.Type != keyPEM {
		return nil, errors.New("no PEM " + keyPEM)
	}
	defer clear(block.Bytes)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	secret, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("not of Ed25519")
	}
	return secret, nil
}

// showDraft says what a signed file grants.
func (r *request) showDraft(d consent.Draft, key ed25519.PublicKey) int {
	if r.json {
		return r.print(map[string]any{"origins": append([]consent.Grant{}, d.Grants...), "expires": d.Expires, "publicKey": consent.ServiceKeyText(key)})
	}
	for _, g := range d.Grants {
		r.showGrant(g)
	}
	if d.Expires == nil {
		fmt.Fprintln(r.out, adminWords["unending"].In(r.lang))
	} else {
		fmt.Fprintf(r.out, "%s %s\n", adminWords["until"].In(r.lang), d.Expires.Format("2006-01-02"))
	}
	return 0
}

var adminWords = map[string]catalogue.Text{
	"made": {
		Vi: "Khóa bí mật: %s — cất ngoài mạng, không chép sang máy quầy.\nKhóa công khai, cài vào máy quầy (xem docs/deployment.md):\n",
		En: "Secret key: %s — keep it offline, and on no counter's computer.\nPublic key, to be put on the counters' computers (see docs/deployment.md):\n"},
	"unending": {
		Vi: "Không có «expires»: bản cũ vẫn dùng được nếu ai đó chép lại. Nên đặt ngày hết hạn.",
		En: "No «expires»: an older file counts again if somebody puts it back. A date is better."},
	"until": {Vi: "Có hiệu lực đến", En: "In force until"},
}
