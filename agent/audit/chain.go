package audit

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// A line is a JSON object whose last member is mac, the HMAC-SHA256 in hex over
// all that stands before that member.
const (
	macPrefix = `,"mac":"`
	macSuffix = `"}`
	hexLen    = 2 * sha256.Size
	tailLen   = len(macPrefix) + hexLen + len(macSuffix)
	// maxLine bounds one line, in bytes.
	maxLine = 64 << 10
)

// start is the hash before the first line.
const start = "0000000000000000000000000000000000000000000000000000000000000000"

// macOf is the MAC of a line's body. The word before it keeps the key's other
// use, the head, apart.
func macOf(key []byte, use string, body []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(use + "\x00"))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// seal makes the line of a record, without the newline.
func seal(key []byte, r Record) ([]byte, error) {
	body, err := r.body()
	if err != nil {
		return nil, err
	}
	open := body[:len(body)-1]
	mac := macOf(key, "line", open)
	return append(open, macPrefix+mac+macSuffix...), nil
}

// hashOf is the hash of a line, which the next line holds.
func hashOf(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

// open reads a line and tells whether its MAC is right.
func open(key, line []byte) (Record, bool) {
	var r Record
	if len(line) < tailLen || len(line) > maxLine {
		return r, false
	}
	body, tail := line[:len(line)-tailLen], line[len(line)-tailLen:]
	mac := tail[len(macPrefix) : len(macPrefix)+hexLen]
	if !bytes.HasPrefix(tail, []byte(macPrefix)) || !bytes.HasSuffix(tail, []byte(macSuffix)) {
		return r, false
	}
	if !hmac.Equal(mac, []byte(macOf(key, "line", body))) {
		return r, false
	}
	return r, json.Unmarshal(line, &r) == nil
}

// link is a place in the chain: the number and hash of a line.
type link struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

// origin is the place before the first line.
var origin = link{0, start}

// follows tells whether the record is the next one.
func (l link) follows(r Record) bool { return r.Seq == l.Seq+1 && r.Prev == l.Hash }
