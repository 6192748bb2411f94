package chipauth

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

// agreementCase is one of testdata/agreements.json; the origin is told there.
type agreementCase struct {
	Name, Cipher, DG14, Random, KsEnc, KsMac string
	Commands                                 []string
}

func cases(t testing.TB) []agreementCase {
	t.Helper()
	raw, err := os.ReadFile("testdata/agreements.json")
	require.NoError(t, err)
	var file struct{ Cases []agreementCase }
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Cases, 39)
	return file.Cases
}

func (c agreementCase) infos(t testing.TB) securityinfo.Infos {
	t.Helper()
	infos, err := securityinfo.ParseDG14(script.Hex(c.DG14))
	require.NoError(t, err)
	require.Empty(t, infos.Problems)
	return infos
}

func (c agreementCase) steps() []script.Step {
	var steps []script.Step
	for _, cmd := range c.Commands {
		steps = append(steps, script.Step{Command: cmd, Answer: "9000"})
	}
	if len(steps) == 2 {
		steps[1].Answer = "7C009000"
	}
	return steps
}

func (c agreementCase) random() *bytes.Reader { return bytes.NewReader(script.Hex(c.Random)) }

// find returns the case with the name.
func find(t testing.TB, name string) agreementCase {
	t.Helper()
	for _, c := range cases(t) {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no case %s", name)
	return agreementCase{}
}

var ciphers = map[string]securemsg.Cipher{"3DES": securemsg.TDES, "AES-128": securemsg.AES128, "AES-192": securemsg.AES192, "AES-256": securemsg.AES256}

func TestAgreements(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			card := &script.Card{Steps: c.steps()}
			result, err := Run(t.Context(), card, c.infos(t), c.random())
			require.NoError(t, err)
			assert.True(t, card.Done())
			want, err := securemsg.New(card, ciphers[c.Cipher], script.Hex(c.KsEnc), script.Hex(c.KsMac), nil)
			require.NoError(t, err)
			assert.Equal(t, want, result.Session)
			assert.Equal(t, ciphers[c.Cipher], result.Info.Cipher)
			assert.Contains(t, c.Commands[len(c.Commands)-1], hex.EncodeToString(result.OwnPublicKey))
		})
	}
}

// TestTheNewSessionStandsBelowTheOldOne: the commands go through the old
// channel, the new one goes past it, and the old one is closed.
func TestTheNewSessionStandsBelowTheOldOne(t *testing.T) {
	c := find(t, "ECDH brainpoolP256r1 AES-128")
	var sent []apdu.Command
	inner := script.Func(func(cmd apdu.Command) (apdu.Response, error) {
		sent = append(sent, cmd)
		return apdu.Response{}, apdu.ErrRemoved
	})
	old, err := securemsg.New(inner, securemsg.AES128, make([]byte, 16), make([]byte, 16), nil)
	require.NoError(t, err)
	_, err = Authenticate(t.Context(), old, c.infos(t), c.random())
	require.ErrorIs(t, err, apdu.ErrRemoved)
	require.Len(t, sent, 1)
	assert.True(t, sent[0].Secured())

	layers := &layer{Card: script.Card{Steps: c.steps()}, inner: inner}
	session, err := Authenticate(t.Context(), layers, c.infos(t), c.random())
	require.NoError(t, err)
	assert.True(t, layers.closed)
	sent = nil
	_, err = session.Transmit(t.Context(), apdu.Command{INS: apdu.InsReadBinary, Le: 1})
	require.ErrorIs(t, err, apdu.ErrRemoved)
	assert.Len(t, sent, 1, "straight to the card below")
}

// layer is a channel over another card.
type layer struct {
	script.Card
	inner  apdu.Card
	closed bool
}

func (l *layer) Inner() apdu.Card { return l.inner }
func (l *layer) Close()           { l.closed = true }

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name, of string
		steps    func(agreementCase) []script.Step
		sw       apdu.SW
	}{
		{"MSE:Set AT", "ECDH brainpoolP256r1 AES-256", func(c agreementCase) []script.Step {
			return []script.Step{{Command: c.Commands[0], Answer: "6985"}}
		}, 0x6985},
		{"GENERAL AUTHENTICATE", "ECDH P-521 AES-128", func(c agreementCase) []script.Step {
			return []script.Step{{Command: c.Commands[0], Answer: "9000"}, {Command: c.Commands[1], Answer: "6300"}}
		}, 0x6300},
	} {
		t.Run(c.name, func(t *testing.T) {
			of := find(t, c.of)
			layers := &layer{Card: script.Card{Steps: c.steps(of)}}
			_, err := Authenticate(t.Context(), layers, of.infos(t), of.random())
			require.ErrorIs(t, err, ErrRefused)
			sw, _ := apdu.StatusOf(err)
			assert.Equal(t, c.sw, sw)
			assert.True(t, layers.Done())
			assert.False(t, layers.closed, "the old channel goes on")
		})
	}
}

func TestARefusalInPlainIsBoth(t *testing.T) {
	c := find(t, "ECDH brainpoolP256r1 AES-128")
	old, err := securemsg.New(&plain{}, securemsg.AES128, make([]byte, 16), make([]byte, 16), nil)
	require.NoError(t, err)
	_, err = Authenticate(t.Context(), old, c.infos(t), c.random())
	require.ErrorIs(t, err, ErrRefused)
	require.ErrorIs(t, err, securemsg.ErrChannelLost)
	sw, _ := apdu.StatusOf(err)
	assert.Equal(t, apdu.SWSMObjectsIncorrect, sw)
}

// plain answers everything with a bare 6988, once; a second command is a fault.
type plain struct{ asked bool }

func (p *plain) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	if p.asked {
		return apdu.Response{}, errors.New("a command over a lost channel")
	}
	p.asked = true
	return apdu.Response{SW: apdu.SWSMObjectsIncorrect}, nil
}

// TestKATRefused: 3DES by MSE:Set AT where the chip does not know MSE:Set KAT (§8.5 note 1).
func TestKATRefused(t *testing.T) {
	c := find(t, "ECDH brainpoolP256r1 3DES")
	infos := c.infos(t)
	public := c.Commands[0][10+4:] // after the header, Lc and 91 41
	public = public[:2*65]
	card := &script.Card{Steps: []script.Step{
		{Command: c.Commands[0], Answer: "6D00"},
		{Command: "002241A40C800A04007F00070202030201", Answer: "9000"},
		{Command: "0086000045 7C43 8041" + public + "00", Answer: "7C009000"},
	}}
	session, err := Authenticate(t.Context(), card, infos, c.random())
	require.NoError(t, err)
	assert.True(t, card.Done())
	assert.Equal(t, securemsg.TDES, session.Cipher())

	card = &script.Card{Steps: []script.Step{
		{Command: c.Commands[0], Answer: "6D00"},
		{Command: "002241A40C800A04007F00070202030201", Answer: "6A80"},
	}}
	_, err = Authenticate(t.Context(), card, infos, c.random())
	require.ErrorIs(t, err, ErrRefused)
	sw, _ := apdu.StatusOf(err)
	assert.Equal(t, apdu.SWInsNotSupported, sw, "the first refusal is told")
}

// TestKeyReference: the id is sent where the key has one, and left out where the chip refuses it.
func TestKeyReference(t *testing.T) {
	c := find(t, "ECDH brainpoolP256r1 AES-128")
	require.Contains(t, c.Commands[0], "8401", "this key has an id")
	without := "002241A40C" + c.Commands[0][10:10+24]
	card := &script.Card{Steps: []script.Step{
		{Command: c.Commands[0], Answer: "6A88"},
		{Command: without, Answer: "9000"},
		{Command: c.Commands[1], Answer: "7C009000"},
	}}
	_, err := Authenticate(t.Context(), card, c.infos(t), c.random())
	require.NoError(t, err)
	assert.True(t, card.Done())

	card = &script.Card{Steps: []script.Step{{Command: c.Commands[0], Answer: "6A88"}, {Command: without, Answer: "6A80"}}}
	_, err = Authenticate(t.Context(), card, c.infos(t), c.random())
	require.ErrorIs(t, err, ErrRefused)
	assert.True(t, card.Done())
}

// merge puts the infos and keys of several cases into one set.
func merge(t *testing.T, names ...string) securityinfo.Infos {
	var all securityinfo.Infos
	for _, name := range names {
		infos := find(t, name).infos(t)
		all.ChipAuth = append(all.ChipAuth, infos.ChipAuth...)
		all.ChipAuthKeys = append(all.ChipAuthKeys, infos.ChipAuthKeys...)
	}
	return all
}

func TestChoose(t *testing.T) {
	aes128, aes256 := "ECDH brainpoolP256r1 AES-128", "ECDH brainpoolP384r1 AES-256" // with ids
	tdes := "ECDH brainpoolP384r1 3DES"                                              // without
	t.Run("AES before 3DES, longer keys first", func(t *testing.T) {
		got, err := choose(merge(t, tdes, aes128, aes256))
		require.NoError(t, err)
		require.Len(t, got, 3)
		assert.Equal(t, securemsg.AES256, got[0].info.Cipher)
		assert.Equal(t, "brainpoolP384r1", got[0].key.Curve.Name)
		assert.Equal(t, securemsg.AES128, got[1].info.Cipher)
		assert.Equal(t, "brainpoolP256r1", got[1].key.Curve.Name, "the key with the same id")
		assert.Equal(t, securemsg.TDES, got[2].info.Cipher)
	})
	t.Run("cipher from the OID, not from the version", func(t *testing.T) {
		got, err := choose(merge(t, aes256))
		require.NoError(t, err)
		assert.Equal(t, 1, got[0].info.Version)
		assert.Equal(t, securemsg.AES256, got[0].info.Cipher)
	})
	t.Run("a key alone means 3DES", func(t *testing.T) {
		infos := merge(t, aes128)
		infos.ChipAuth = nil
		got, err := choose(infos)
		require.NoError(t, err)
		require.Len(t, got, 1)
		assert.Equal(t, "CA-ECDH-3DES", got[0].info.Name())
		assert.Equal(t, infos.ChipAuthKeys[0].KeyID, got[0].id)
	})
	t.Run("one key without id serves an info with one", func(t *testing.T) {
		infos := merge(t, aes128)
		infos.ChipAuthKeys[0].KeyID = securityinfo.ID{}
		got, err := choose(infos)
		require.NoError(t, err)
		assert.Len(t, got, 1)
		assert.False(t, got[0].id.Present)
	})
	for _, c := range []struct {
		name   string
		change func(*securityinfo.Infos)
		want   error
	}{
		{"nothing", func(i *securityinfo.Infos) { *i = securityinfo.Infos{} }, ErrNoKey},
		{"no key", func(i *securityinfo.Infos) { i.ChipAuthKeys = nil }, ErrNoKey},
		{"version 2 with a key", func(i *securityinfo.Infos) { i.ChipAuth[0].Version = 2 }, ErrVersion2},
		{"version 2 without a key", func(i *securityinfo.Infos) { i.ChipAuth[0].Version, i.ChipAuthKeys = 2, nil }, ErrVersion2},
		{"key of another id", func(i *securityinfo.Infos) { i.ChipAuthKeys[0].KeyID.Value++ }, ErrNoKey},
		{"key of another agreement", func(i *securityinfo.Infos) { i.ChipAuthKeys[0].Agreement = securityinfo.DH }, ErrNoKey},
		{"malformed key", func(i *securityinfo.Infos) { i.ChipAuthKeys[0].Err = securityinfo.ErrKey }, ErrKey},
		{"unknown parameters", func(i *securityinfo.Infos) { i.ChipAuthKeys[0].Err = securityinfo.ErrParameters }, ErrUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			infos := merge(t, aes128)
			c.change(&infos)
			_, err := Authenticate(t.Context(), &script.Card{}, infos, nil)
			assert.ErrorIs(t, err, c.want)
		})
	}
	t.Run("version 1 beside version 2", func(t *testing.T) {
		infos := merge(t, aes128, aes256)
		infos.ChipAuth[1].Version = 2
		got, err := choose(infos)
		require.NoError(t, err)
		require.Len(t, got, 1)
		assert.Equal(t, securemsg.AES128, got[0].info.Cipher)
	})
}

func TestTheNextWayWhereOneIsRefused(t *testing.T) {
	first, second := find(t, "ECDH brainpoolP384r1 AES-256"), find(t, "ECDH brainpoolP256r1 AES-128")
	card := &script.Card{Steps: append([]script.Step{{Command: first.Commands[0], Answer: "6985"}}, second.steps()...)}
	random := bytes.NewReader(append(script.Hex(first.Random), script.Hex(second.Random)...))
	session, err := Authenticate(t.Context(), card, merge(t, second.Name, first.Name), random)
	require.NoError(t, err)
	assert.True(t, card.Done())
	assert.Equal(t, securemsg.AES128, session.Cipher())
}

// TestInvalidKeysAreNeverUsed: also where a caller made the Infos itself.
func TestInvalidKeysAreNeverUsed(t *testing.T) {
	p256, _ := curves.ByID(12)
	p224, _ := curves.ByID(10)
	group, _ := dh.ByID(0)
	for name, key := range map[string]securityinfo.PublicKey{
		"no key":            {},
		"identity":          {Curve: p256},
		"point off a curve": {Curve: p256, Point: p224.Generator()},
		"number p":          {Group: group, Y: group.P},
		"no number":         {Group: group},
	} {
		infos := merge(t, "ECDH brainpoolP256r1 AES-128")
		infos.ChipAuthKeys[0].Key = key
		_, err := Authenticate(t.Context(), &script.Card{}, infos, nil)
		assert.ErrorIs(t, err, ErrKey, name)
	}
}

func TestARandomSourceThatEnds(t *testing.T) {
	for _, name := range []string{"ECDH brainpoolP256r1 AES-128", "DH X9.42 0 1024 3DES 24"} {
		c := find(t, name)
		_, err := Authenticate(t.Context(), &script.Card{}, c.infos(t), bytes.NewReader(nil))
		require.Error(t, err)
		assert.NotErrorIs(t, err, ErrKey)
	}
}
