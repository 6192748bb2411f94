package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
	"chipid/mock-reader/chip"
)

// transport is how a chip is reached.
type transport struct {
	name     string
	protocol apdu.Protocol
	extended bool
}

// The transports that differ in how a long answer comes: at once, by GET RESPONSE,
// or by GET RESPONSE of T=0.
var transports = []transport{
	{"extended", apdu.ProtocolContactless, true},
	{"short", apdu.ProtocolContactless, false},
	{"T=0", apdu.ProtocolT0, false},
}

// hashes are those of signatures, with SHA-1 first; plainArc is the last arc of
// ecdsa-plain-signatures (TR-03111 §5.2.1.1).
var hashes = []struct {
	hash     crypto.Hash
	plainArc int
}{
	{crypto.SHA1, 1}, {crypto.SHA224, 2}, {crypto.SHA256, 3}, {crypto.SHA384, 4}, {crypto.SHA512, 5},
}

// activeAuthSizes are RSA keys in bits (Doc 9303-11 §6.1.2.2 leaves the size open).
var activeAuthSizes = []int{1024, 1536, 2048, 3072, 4096}

// activeAuthCases are all combinations, and the other ways to name or write them.
func activeAuthCases() []Case {
	var all []Case
	for _, bits := range activeAuthSizes {
		key := rsaKey("chip", bits)
		for _, h := range hashes {
			for i, tr := range transports {
				// Every second one signs by ISO/IEC 9796-2 B.4, which takes the smaller of σ and n − σ.
				t := aaTrial{key: chip.AAKey{RSA: key, Hash: h.hash, Smaller: i%2 == 1}, transport: tr, spki: rsaSPKI(&key.PublicKey)}
				all = append(all, t.toCase(fmt.Sprintf("RSA-%d/%v/%s", bits, h.hash, tr.name)))
			}
		}
	}
	for _, c := range curves.All() {
		for _, h := range hashes[1:] { // Doc 9303-11 §6.1.2.3: not SHA-1
			all = append(all, ecdsaTrial(c, h.hash, bsi(1, 1, 4, 1, h.plainArc), false, transports[0]).
				toCase(fmt.Sprintf("ECDSA/%s/%v", c.Name, h.hash)))
		}
	}
	return append(all, activeAuthWays()...)
}

// activeAuthWays are ECDSA keys written otherwise, and over other transports.
func activeAuthWays() []Case {
	var all []Case
	for _, c := range curves.All() {
		if hash, ok := hashBySize(c); ok {
			all = append(all, ecdsaTrial(c, hash, nil, false, transports[0]).toCase("ECDSA/"+c.Name+"/no-DG14"))
		}
		all = append(all, ecdsaTrial(c, crypto.SHA256, bsi(1, 1, 4, 1, 3), true, transports[0]).toCase("ECDSA/"+c.Name+"/explicit"))
	}
	c := curves.All()[len(curves.All())-1] // P-521: the longest answer
	for _, tr := range transports[1:] {
		all = append(all, ecdsaTrial(c, crypto.SHA512, bsi(1, 1, 4, 1, 5), false, tr).toCase("ECDSA/"+c.Name+"/"+tr.name))
	}
	x962 := cmstest.OID(1, 2, 840, 10045, 4, 3, 2)
	return append(all, ecdsaTrial(c, crypto.SHA256, x962, false, transports[0]).toCase("ECDSA/"+c.Name+"/named-by-X9.62"))
}

// hashBySize is the hash that Doc 9303-11 §6.1.2.3 wants where DG14 names none:
// the longest that is not longer than the key. Keys of 192 bits have none.
func hashBySize(c *curves.Curve) (crypto.Hash, bool) {
	for i := len(hashes) - 1; i > 0; i-- {
		if 8*hashes[i].hash.Size() <= c.N.BitLen() {
			return hashes[i].hash, true
		}
	}
	return 0, false
}

// aaTrial is a run of active authentication with a chip.
type aaTrial struct {
	key       chip.AAKey
	transport transport
	spki      []byte
	// algorithm is named in DG14, encoded; nil leaves DG14 away.
	algorithm []byte
	answer    chip.AAAnswer
}

func ecdsaTrial(c *curves.Curve, hash crypto.Hash, algorithm []byte, explicit bool, tr transport) aaTrial {
	key := ecKey(c)
	key.Explicit = explicit
	return aaTrial{key: chip.AAKey{Curve: c, D: key.D, Hash: hash}, transport: tr, spki: key.SPKI(), algorithm: algorithm}
}

// rsaSPKI is the SubjectPublicKeyInfo of an RSA key (RFC 8017 A.1.1).
func rsaSPKI(key *rsa.PublicKey) []byte {
	return cmstest.Seq(
		cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 1, 1), []byte{0x05, 0}),
		cmstest.Bits(cmstest.Seq(cmstest.Int(key.N), cmstest.Small(int64(key.E)))))
}

// toCase makes a case of a trial; its twins are a chip that replays another
// answer, one that answers at random, and DG15 with the key of somebody else.
func (t aaTrial) toCase(id string) Case {
	return Case{ID: "aa/" + id, Right: t.run, Wrong: func(ctx context.Context) error {
		replays, guesses := t, t
		replays.answer, guesses.answer = chip.AAReplayed, chip.AAWrong
		if err := mustBe(replays.run(ctx), activeauth.ErrWrong); err != nil {
			return fmt.Errorf("replayed answer: %w", err)
		}
		if err := mustBe(guesses.run(ctx), activeauth.ErrWrong); err != nil {
			return fmt.Errorf("random answer: %w", err)
		}
		return nil
	}}
}

// run reads DG14 and DG15, has the chip sign a challenge and checks the answer
// once more offline, also for another challenge.
func (t aaTrial) run(ctx context.Context) error {
	b, err := t.put(ctx)
	if err != nil {
		return err
	}
	key, infos, err := t.readKeys(ctx, b)
	if err != nil {
		return err
	}
	var challenge [activeauth.ChallengeLen]byte
	if _, err := rand.Read(challenge[:]); err != nil {
		return err
	}
	answer, err := activeauth.Authenticate(ctx, b.session, key, infos, challenge)
	if err != nil {
		return err
	}
	if err := activeauth.Verify(key, infos, challenge, answer.Signature); err != nil {
		return fmt.Errorf("offline: %w", err)
	}
	challenge[0] ^= 1
	if err := mustBe(activeauth.Verify(key, infos, challenge, answer.Signature), activeauth.ErrWrong); err != nil {
		return fmt.Errorf("offline, another challenge: %w", err)
	}
	return b.readSample(ctx) // the channel has counted right
}

func (t aaTrial) put(ctx context.Context) (*bench, error) {
	p := chip.Profile{BAC: true, Protocol: t.transport.protocol, Extended: t.transport.extended, AA: &t.key,
		LDS:    map[uint16][]byte{chip.FileDG(15): dg15(t.spki)},
		Quirks: chip.Quirks{AA: chip.AAQuirk{Answer: t.answer}}}
	if t.algorithm != nil {
		p.LDS[chip.FileDG(14)] = dg14(cmstest.Seq(cmstest.OID(2, 23, 136, 1, 1, 5), cmstest.Small(1), t.algorithm))
	}
	b, err := put(p)
	if err != nil {
		return nil, err
	}
	return b, b.openBAC(ctx, rightMRZ)
}

// readKeys reads DG15, and DG14 if there is one.
func (t aaTrial) readKeys(ctx context.Context, b *bench) ([]byte, *securityinfo.Infos, error) {
	key, err := b.read(ctx, files.Group(lds.DG15))
	if err != nil || !bytes.Equal(key, dg15(t.spki)) {
		return nil, nil, fmt.Errorf("DG15 not read as it is: %w", err)
	}
	if t.algorithm == nil {
		return key, nil, nil
	}
	raw, err := b.read(ctx, files.Group(lds.DG14))
	if err != nil {
		return nil, nil, err
	}
	infos, err := securityinfo.ParseDG14(raw)
	return key, &infos, err
}
