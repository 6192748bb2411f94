package chip

import (
	"crypto"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// A chip is what sources of readers hand out, but for Close.
var _ interface {
	apdu.Card
	apdu.Resetter
	apdu.Linked
} = (*Chip)(nil)

var _ readers.Conn = (*conn)(nil)

type conn struct{ *Chip }

func (conn) Close() error { return nil }

func TestLinkInfo(t *testing.T) {
	c, err := New(openChip())
	require.NoError(t, err)
	info := apdu.Info(c)
	assert.True(t, info.Synthetic)
	assert.Equal(t, apdu.ProtocolContactless, info.Protocol)
	assert.Equal(t, c.ATR(), info.ATR)
}

// TestATR: TCK makes the bytes after TS vanish (ISO/IEC 7816-3 §8.2.5).
func TestATR(t *testing.T) {
	assert.Equal(t, unhex("3B85800180739421C0 82"), DefaultATR(apdu.ProtocolContactless, true))
	assert.Equal(t, unhex("3B058073942180"), DefaultATR(apdu.ProtocolT0, false), "T=0 alone has no TCK")
	for _, atr := range [][]byte{
		DefaultATR(apdu.ProtocolContactless, false), DefaultATR(apdu.ProtocolT1, true), BuildATR(apdu.ProtocolT1, make([]byte, 40)),
	} {
		sum := byte(0)
		for _, b := range atr[1:] {
			sum ^= b
		}
		assert.Zero(t, sum, "%X", atr)
		assert.LessOrEqual(t, len(atr), 33)
	}
	assert.True(t, apdu.ExtendedAnnounced(DefaultATR(apdu.ProtocolContactless, true)))
	assert.False(t, apdu.ExtendedAnnounced(DefaultATR(apdu.ProtocolContactless, false)))
}

func TestResetForgets(t *testing.T) {
	tm := opened(t, testProfile())
	require.NoError(t, tm.chip.Reset(t.Context()))
	assert.Equal(t, session{}, tm.chip.s)
	tm.ch = nil
	assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileCardAccess), "the master file is selected again")
	tm.chip.PowerOff()
	assert.Equal(t, session{}, tm.chip.s)
}

func TestLog(t *testing.T) {
	var log []Entry
	tm := newTerminal(t, testProfile(), WithLog(func(e Entry) { log = append(log, e) }))
	require.Equal(t, apdu.SWWarning, tm.pace(canTry(aesPACE, "999999")))
	require.Equal(t, apdu.SWSuccess, tm.pace(canTry(aesPACE, testCAN)))
	tm.selectApp()
	tm.selectFile(FileDG(1))
	tm.read(1, 2)
	tm.send(apdu.Command{INS: 0x01})

	names := make([]string, len(log))
	for i, e := range log {
		names[i] = e.Name
		assert.Equal(t, i+1, e.Number)
	}
	assert.Equal(t, []string{
		"MSE:Set AT (PACE)", "GENERAL AUTHENTICATE", "GENERAL AUTHENTICATE", "GENERAL AUTHENTICATE", "GENERAL AUTHENTICATE",
		"MSE:Set AT (PACE)", "GENERAL AUTHENTICATE", "GENERAL AUTHENTICATE", "GENERAL AUTHENTICATE", "GENERAL AUTHENTICATE",
		"SELECT application A0000002471001", "SELECT EF.DG1", "READ BINARY EF.DG1, 2 bytes at 1", "INS 01",
	}, names)
	assert.Contains(t, log[4].Broken[0], "Doc 9303-11 §4.4.3.4")
	read := log[12]
	assert.True(t, read.Secured)
	assert.Equal(t, apdu.Response{Data: []byte{2, 1}, SW: apdu.SWSuccess}, read.PlainResponse)
	assert.Equal(t, byte(0x0C), read.Command[0])
	assert.Equal(t, byte(0x00), read.Plain.CLA)
	end := log[13]
	assert.True(t, end.ChannelEnded)
	assert.Contains(t, end.String(), "§9.8.3")
	assert.Contains(t, read.String(), "[SM]")
}

// seeded is a deterministic source for tests.
type seeded struct{ r *rand.ChaCha8 }

func (s seeded) Read(p []byte) (int, error) { return s.r.Read(p) }

// TestDeterministic: the same random bytes and commands give the same answers.
func TestDeterministic(t *testing.T) {
	run := func() []byte {
		var wire []byte
		p := testProfile()
		p.AA = &AAKey{Hash: crypto.SHA256, Curve: mustCurve(t, 13), D: scalar(5)}
		c, err := New(p, WithRandom(seeded{rand.NewChaCha8([32]byte{1})}))
		require.NoError(t, err)
		for _, cmd := range []string{"0022C1A40F800A04007F00070202040202830102", "10860000027C0000", "00A4040C07A0000002471001", "0084000008"} {
			wire = append(wire, c.Exchange(unhex(cmd))...)
		}
		return wire
	}
	assert.Equal(t, run(), run())
}

func TestConcurrentUse(t *testing.T) {
	c, err := New(testProfile(), WithLog(func(Entry) {}))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				_, _ = c.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 0x1C}})
				_ = c.Reset(t.Context())
				c.Remove()
				c.Insert()
				_ = c.Present()
			}
		})
	}
	wg.Wait()
}

func TestProfileErrors(t *testing.T) {
	curve := mustCurve(t, 13)
	group, _ := StandardGroup(0)
	negative := -1
	pace := func(p PACEParams) Profile { return Profile{CAN: "1", PACE: []PACEParams{p}} }
	tests := map[string]Profile{
		"BAC without MRZ":         {BAC: true},
		"PACE without a password": {PACE: []PACEParams{aesPACE}},
		"AID too long":            {AID: make([]byte, 17)},
		"file too long":           {LDS: map[uint16][]byte{1: make([]byte, maxFile+1)}},
		"unknown parameter id":    pace(PACEParams{OID: []byte{1}, Mapping: GenericMapping, Cipher: AES128, ParameterID: 7}),
		"no cipher":               pace(PACEParams{OID: []byte{1}, Mapping: GenericMapping, ParameterID: 13}),
		"no mapping":              pace(PACEParams{OID: []byte{1}, Cipher: AES128, ParameterID: 13}),
		"integrated over P-224":   pace(PACEParams{OID: []byte{1}, Mapping: IntegratedMapping, Cipher: AES128, ParameterID: 10}),
		"chip mapping with 3DES":  pace(PACEParams{OID: []byte{1}, Mapping: ChipAuthMapping, Cipher: TDES, ParameterID: 13, ChipKey: scalar(1)}),
		"chip mapping with DH":    pace(PACEParams{OID: []byte{1}, Mapping: ChipAuthMapping, Cipher: AES128, ParameterID: 0, ChipKey: scalar(1)}),
		"chip mapping, no key":    pace(PACEParams{OID: []byte{1}, Mapping: ChipAuthMapping, Cipher: AES128, ParameterID: 13}),
		"CA without key":          {CA: []CAKey{{OID: []byte{1}, Cipher: AES128, Curve: curve}}},
		"CA without group":        {CA: []CAKey{{OID: []byte{1}, Cipher: AES128, D: scalar(1)}}},
		"CA without OID":          {CA: []CAKey{{Cipher: AES128, Curve: curve, D: scalar(1)}}},
		"CA with two groups":      {CA: []CAKey{{OID: []byte{1}, Cipher: AES128, Curve: curve, Group: group, D: scalar(1)}}},
		"CA with negative id":     {CA: []CAKey{{KeyID: &negative, OID: []byte{1}, Cipher: AES128, Curve: curve, D: scalar(1)}}},
		"CA with DH key 0":        {CA: []CAKey{{OID: []byte{1}, Cipher: AES128, Group: group, D: new(big.Int)}}},
		"AA without key":          {AA: &AAKey{Hash: crypto.SHA256}},
		"AA with MD5":             {AA: &AAKey{Hash: crypto.MD5, Curve: curve, D: scalar(1)}},
		"AA ECDSA with SHA-1":     {AA: &AAKey{Hash: crypto.SHA1, Curve: curve, D: scalar(1)}},
		"AA scalar out of range":  {AA: &AAKey{Hash: crypto.SHA256, Curve: curve, D: curve.N}},
	}
	for name, p := range tests {
		_, err := New(p)
		assert.ErrorIs(t, err, ErrProfile, name)
	}
	_, err := New(Profile{})
	assert.NoError(t, err, "an empty chip is a chip")
}

// TestStandardGroups: the constants are what RFC 5114 says they are.
func TestStandardGroups(t *testing.T) {
	for id, bits := range [][2]int{{1024, 160}, {2048, 224}, {2048, 256}} {
		g, ok := StandardGroup(id)
		require.True(t, ok)
		assert.Equal(t, bits, [2]int{g.P.BitLen(), g.Q.BitLen()}, fmt.Sprint(id))
		assert.True(t, g.P.ProbablyPrime(20) && g.Q.ProbablyPrime(20))
		assert.Equal(t, int64(1), new(big.Int).Exp(g.G, g.Q, g.P).Int64(), "order q")
		assert.Zero(t, new(big.Int).Mod(new(big.Int).Sub(g.P, big.NewInt(1)), g.Q).Sign(), "q divides p-1")
	}
	_, ok := StandardGroup(3)
	assert.False(t, ok)
}

// TestCMAC has the examples of RFC 4493 §4.
func TestCMAC(t *testing.T) {
	key := unhex("2b7e151628aed2a6abf7158809cf4f3c")
	message := unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710")
	for n, want := range map[int]string{
		0: "bb1d6929e95937287fa37d129b756746", 16: "070a16b46b4d4144f79bdd9dd04a287c",
		40: "dfa66747de9ae63030ca32611497c827", 64: "51f0bebf7e3b9d92fc49741779363cfe",
	} {
		assert.Equal(t, want, fmt.Sprintf("%x", cmac(AES128.block(key), message[:n])), "%d bytes", n)
	}
}

func TestEntryWithoutAnswer(t *testing.T) {
	e := Entry{Number: 3, Name: "READ BINARY", Faults: []string{Tear.String()}}
	assert.Equal(t, "3 READ BINARY -> no answer (fault: tear)", e.String())
	assert.False(t, strings.Contains(e.String(), "SM"))
}
