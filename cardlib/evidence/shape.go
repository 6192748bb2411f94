package evidence

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"chipid/cardlib/lds"
)

// Limits of a bundle beside MaxBundle, in bytes.
const (
	maxSignature = 1024 // the chip's: RSA of 8192 bits
	maxSoftware  = 128
)

// shape holds a bundle against the CDDL: what is out of range there is no bundle.
// Another version is left to Verify, which says so.
func (b *Bundle) shape() error {
	text := func(s string, longest int) bool { return s != "" && len(s) <= longest && utf8.ValidString(s) }
	switch {
	case len(b.Nonce) < MinNonce || len(b.Nonce) > MaxNonce:
		return errors.New("nonce")
	case !text(b.Origin, MaxOrigin):
		return errors.New("origin")
	case !text(b.Purpose, MaxPurpose):
		return errors.New("purpose")
	case b.Time < 0:
		return errors.New("time")
	case len(b.Signature) > maxSignature:
		return errors.New("signature")
	case len(b.Software) > maxSoftware || !utf8.ValidString(b.Software):
		return errors.New("software")
	case len(b.AgentKey) != 0 && len(b.AgentKey) != ed25519.PublicKeySize:
		return errors.New("agentKey")
	case len(b.AgentSignature) != 0 && len(b.AgentSignature) != ed25519.SignatureSize:
		return errors.New("agentSignature")
	}
	for i, g := range b.Groups {
		if !g.Valid() || i > 0 && g <= b.Groups[i-1] {
			return errors.New("groups")
		}
	}
	for g, file := range b.Files {
		if !g.Valid() || len(file) == 0 {
			return fmt.Errorf("group %d", g)
		}
	}
	return nil
}

// members are those of a bundle in JSON: all of them, and no other.
var members = map[string]bool{
	"version": true, "nonce": true, "origin": true, "manual": true, "purpose": true, "groups": true, "time": true,
	"sod": true, "files": true, "signature": true, "software": true, "agentKey": true, "agentSignature": true,
}

// strictJSON refuses what encoding/json lets pass: members written in other
// letters, twice, or left out, null in place of a value, and numbers of groups in
// another form. Two readers of one document must not differ.
func strictJSON(data []byte) error {
	top, err := object(data)
	if err != nil {
		return err
	}
	if len(top) != len(members) {
		return errors.New("members are missing")
	}
	for name, value := range top {
		if !members[name] {
			return errors.New("an unknown member")
		}
		if bytes.Equal(value, []byte("null")) {
			return errors.New("null")
		}
	}
	files, err := object(top["files"])
	if err != nil {
		return err
	}
	for name := range files {
		n, err := strconv.Atoi(name)
		if err != nil || strconv.Itoa(n) != name || !lds.Group(n).Valid() {
			return errors.New("the number of a group")
		}
	}
	return nil
}

// object reads one object, each member once.
func object(data []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	all := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		if _, twice := all[name.(string)]; twice || len(all) > len(members) {
			return nil, errors.New("a member twice, or too many")
		}
		all[name.(string)] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something after the object")
	}
	return all, nil
}
