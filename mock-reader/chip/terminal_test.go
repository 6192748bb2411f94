package chip

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// terminal is the smallest other side, for tests. It leans on this package's
// ciphers, which the worked examples have proven.
type terminal struct {
	t    *testing.T
	chip *Chip
	ch   *channel
	// identity is the chip's and ephemeral the terminal's part in what terminal authentication signs.
	identity, ephemeral []byte
}

// send gives the chip plain bytes and returns its answer.
func (tm *terminal) send(cmd apdu.Command) apdu.Response {
	tm.t.Helper()
	raw, err := cmd.Bytes()
	require.NoError(tm.t, err)
	out := tm.chip.Exchange(raw)
	require.NotNil(tm.t, out, "no answer")
	resp, err := apdu.ParseResponse(out)
	require.NoError(tm.t, err)
	return resp
}

// protect seals a command under the terminal's channel.
func (tm *terminal) protect(cmd apdu.Command) apdu.Command {
	ch := tm.ch
	ch.count()
	var body []byte
	if len(cmd.Data) > 0 {
		sealed := ch.cipher.seal(ch.enc, ch.messageIV(), ch.cipher.pad(cmd.Data))
		if cmd.INS&1 == 1 {
			body = tlv.Append(body, tagPlainValue, sealed)
		} else {
			body = tlv.Append(body, tagCryptogram, []byte{1}, sealed)
		}
	}
	extended := cmd.NeedsExtended()
	switch {
	case cmd.Le > 0 && extended:
		body = tlv.Append(body, tagLe, []byte{byte(cmd.Le >> 8), byte(cmd.Le)})
	case cmd.Le > 0:
		body = tlv.Append(body, tagLe, []byte{byte(cmd.Le)})
	}
	signed := append(append([]byte(nil), ch.ssc...), ch.cipher.pad([]byte{cmd.CLA | claSecure, cmd.INS, cmd.P1, cmd.P2})...)
	if len(body) > 0 {
		signed = ch.cipher.pad(append(signed, body...))
	}
	body = tlv.Append(body, tagMAC, ch.cipher.mac(ch.mac, signed))
	out := apdu.Command{CLA: cmd.CLA | claSecure, INS: cmd.INS, P1: cmd.P1, P2: cmd.P2, Data: body, Le: apdu.MaxShortLe}
	if extended {
		out.Le = apdu.MaxExtendedLe
	}
	return out
}

// open checks and decrypts a protected answer.
func (tm *terminal) open(resp apdu.Response) apdu.Response {
	tm.t.Helper()
	ch := tm.ch
	ch.count()
	els, err := tlv.ParseAll(resp.Data)
	require.NoError(tm.t, err)
	mac, ok := els.Find(tagMAC)
	require.True(tm.t, ok, "no MAC in answer %X %v", resp.Data, resp.SW)
	signed := append(append([]byte(nil), ch.ssc...), resp.Data[:len(resp.Data)-len(mac.Raw)]...)
	require.Equal(tm.t, ch.cipher.mac(ch.mac, ch.cipher.pad(signed)), mac.Value, "MAC of the answer")
	status, ok := els.Find(tagStatus)
	require.True(tm.t, ok)
	out := apdu.Response{SW: apdu.SW(status.Value[0])<<8 | apdu.SW(status.Value[1])}
	require.Equal(tm.t, resp.SW, out.SW, "status word inside and outside")
	for _, e := range els {
		sealed := e.Value
		switch e.Tag {
		case tagCryptogram:
			sealed = sealed[1:]
		case tagPlainValue:
		default:
			continue
		}
		out.Data, err = unpad(ch.cipher.open(ch.enc, ch.messageIV(), sealed))
		require.NoError(tm.t, err)
	}
	return out
}

// do sends a command through the channel if there is one, and collects 61xx.
func (tm *terminal) do(cmd apdu.Command) apdu.Response {
	tm.t.Helper()
	if tm.ch == nil {
		return tm.collect(tm.send(cmd))
	}
	cmd = tm.protect(cmd)
	if tm.chip.profile.Protocol == apdu.ProtocolT0 {
		cmd.Le = 0
	}
	return tm.open(tm.collect(tm.send(cmd)))
}

func (tm *terminal) collect(resp apdu.Response) apdu.Response {
	tm.t.Helper()
	data := append([]byte(nil), resp.Data...)
	for {
		n, more := resp.SW.MoreData()
		if !more {
			return apdu.Response{Data: data, SW: resp.SW}
		}
		resp = tm.send(apdu.Command{INS: apdu.InsGetResponse, Le: n})
		data = append(data, resp.Data...)
	}
}

func (tm *terminal) selectApp() {
	tm.t.Helper()
	require.Equal(tm.t, apdu.SWSuccess, tm.do(apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: DefaultAID}).SW)
}

func (tm *terminal) selectFile(id uint16) apdu.SW {
	tm.t.Helper()
	return tm.do(apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{byte(id >> 8), byte(id)}}).SW
}

func (tm *terminal) read(offset, le int) apdu.Response {
	tm.t.Helper()
	return tm.do(apdu.Command{INS: apdu.InsReadBinary, P1: byte(offset >> 8), P2: byte(offset), Le: le})
}

// bac opens a channel by BAC and returns the status word of the last command.
func (tm *terminal) bac(mrz string) apdu.SW {
	tm.t.Helper()
	challenge := tm.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 8})
	require.Equal(tm.t, apdu.SWSuccess, challenge.SW)
	data, rnd, key := bacCommand(mrz, challenge.Data)
	resp := tm.send(apdu.Command{INS: apdu.InsExternalAuth, Data: data, Le: tm.le(40)})
	resp = tm.collect(resp)
	if !resp.SW.OK() {
		return resp.SW
	}
	seed := sha1.Sum([]byte(mrz))
	r := TDES.open(TDES.derive(seed[:16], 1), nil, resp.Data[:32])
	require.Equal(tm.t, challenge.Data, r[:8])
	require.Equal(tm.t, rnd, r[8:16])
	secret := append([]byte(nil), r[16:]...)
	xorInto(secret, key)
	tm.ch = newChannel(TDES, secret, append(append([]byte(nil), challenge.Data[4:]...), rnd[4:]...))
	tm.identity = []byte(mrz[:len(mrz)-14])
	return resp.SW
}

// le is the Le of a command with data: T=0 has none.
func (tm *terminal) le(n int) int {
	if tm.chip.profile.Protocol == apdu.ProtocolT0 {
		return 0
	}
	return n
}

func bacCommand(mrz string, challenge []byte) (data, rnd, key []byte) {
	rnd, key = make([]byte, 8), make([]byte, 16)
	_, _ = rand.Read(rnd)
	_, _ = rand.Read(key)
	seed := sha1.Sum([]byte(mrz))
	s := append(append(append([]byte(nil), rnd...), challenge...), key...)
	sealed := TDES.seal(TDES.derive(seed[:16], 1), nil, s)
	return append(sealed, TDES.mac(TDES.derive(seed[:16], 2), TDES.pad(sealed))...), rnd, key
}

// paceTry is a run of PACE in which a test can meddle.
type paceTry struct {
	params    PACEParams
	reference byte
	secret    []byte // f(π)
	tag84     []byte // nil to leave it out
	// meddle changes the command of a step (1 to 4) before it is sent.
	meddle func(step int, cmd *apdu.Command)
}

func mrzTry(p PACEParams, mrz string) paceTry {
	return paceTry{params: p, reference: passwordMRZ, secret: mrzSecret(mrz)}
}

func canTry(p PACEParams, can string) paceTry {
	return paceTry{params: p, reference: passwordCAN, secret: []byte(can)}
}

func (tm *terminal) mse(try paceTry) apdu.SW {
	tm.t.Helper()
	data := tlv.Encode(tagMechanism, try.params.OID)
	data = tlv.Append(data, tagPassword, []byte{try.reference})
	if try.tag84 != nil {
		data = tlv.Append(data, tagReference, try.tag84)
	}
	return tm.send(apdu.Command{INS: apdu.InsMSE, P1: 0xC1, P2: 0xA4, Data: data}).SW
}

// general sends one step of PACE and returns the object of the answer.
func (tm *terminal) general(try paceTry, step int, in, out tlv.Tag, value []byte) ([]byte, apdu.SW) {
	tm.t.Helper()
	var inner []byte
	if in != 0 {
		inner = tlv.Encode(in, value)
	}
	cmd := apdu.Command{CLA: claChaining, INS: apdu.InsGeneralAuth, Data: tlv.Encode(tagDynamic, inner), Le: tm.le(256)}
	if step == 4 {
		cmd.CLA = 0
	}
	if len(cmd.Data) > apdu.MaxShortData {
		cmd.Le = apdu.MaxExtendedLe
	}
	if try.meddle != nil {
		try.meddle(step, &cmd)
	}
	resp := tm.collect(tm.send(cmd))
	if !resp.SW.OK() {
		return nil, resp.SW
	}
	e, err := tlv.ReadTag(resp.Data, tagDynamic)
	require.NoError(tm.t, err)
	els, err := e.Children()
	require.NoError(tm.t, err)
	found, ok := els.Find(out)
	require.True(tm.t, ok, "step %d: no %v in %X", step, out, resp.Data)
	return found.Value, resp.SW
}

// pace runs PACE to its end, or to the first refusal.
func (tm *terminal) pace(try paceTry) apdu.SW {
	tm.t.Helper()
	if sw := tm.mse(try); !sw.OK() {
		return sw
	}
	c := try.params.Cipher
	z, sw := tm.general(try, 1, 0, tagNonce, nil)
	if !sw.OK() {
		return sw
	}
	s := c.open(c.derive(try.secret, derivePassword), nil, z)
	mapped, sw := tm.mapNonce(try, s)
	if !sw.OK() {
		return sw
	}
	private, public, err := mapped.generate(rand.Reader)
	require.NoError(tm.t, err)
	chipKey, sw := tm.general(try, 3, tagKeyIFD, tagKeyIC, public)
	if !sw.OK() {
		return sw
	}
	secret, canonical, err := mapped.agree(chipKey, private)
	require.NoError(tm.t, err)
	ch := newChannel(c, secret, nil)
	run := paceRun{params: &try.params, group: mapped}
	token, sw := tm.general(try, 4, tagTokenIFD, tagTokenIC, run.token(ch.mac, canonical))
	if !sw.OK() {
		return sw
	}
	require.Equal(tm.t, run.token(ch.mac, public), token)
	tm.ch = ch
	tm.identity, tm.ephemeral = mapped.compress(chipKey), mapped.compress(public)
	return sw
}

func (tm *terminal) mapNonce(try paceTry, s []byte) (keyAgreement, apdu.SW) {
	tm.t.Helper()
	group := agreementOf(try.params.ParameterID)
	if try.params.Mapping == IntegratedMapping {
		nonce := make([]byte, try.params.Cipher.keyLen())
		_, _ = rand.Read(nonce)
		empty, sw := tm.general(try, 2, tagMapIFD, tagMapIC, nonce)
		if !sw.OK() {
			return nil, sw
		}
		require.Empty(tm.t, empty)
		mapped, err := group.integrated(randomElement(try.params.Cipher, s, nonce, group.prime()))
		require.NoError(tm.t, err)
		return mapped, sw
	}
	private, public, err := group.generate(rand.Reader)
	require.NoError(tm.t, err)
	chipKey, sw := tm.general(try, 2, tagMapIFD, tagMapIC, public)
	if !sw.OK() {
		return nil, sw
	}
	mapped, err := group.generic(chipKey, private, s)
	require.NoError(tm.t, err)
	return mapped, sw
}

// Profiles of the tests.

const testCAN = "000018"

// aesPACE is the Vietnamese card's variant.
var aesPACE = PACEParams{OID: unhex("04007F00070202040202"), Mapping: GenericMapping, Cipher: AES128, ParameterID: 13}

func testFiles() (mf, app map[uint16][]byte) {
	long := make([]byte, 40000)
	for i := range long {
		long[i] = byte(i * 7)
	}
	return map[uint16][]byte{FileCardAccess: unhex("31143012060A04007F0007020204020202010202010D"), FileCardSecurity: {0x30, 0x00}},
		map[uint16][]byte{FileCOM: unhex("60145F0104303130365F36063034303030305C026175"), FileSOD: bytes.Repeat([]byte{0x77}, 700),
			FileDG(1): {0x61, 0x02, 1, 2}, FileDG(2): long, FileDG(3): {0x63, 0}}
}

// testProfile is a chip with PACE and BAC.
func testProfile() Profile {
	mf, app := testFiles()
	return Profile{MF: mf, LDS: app, MRZInfo: mrzOfG, CAN: testCAN, BAC: true, PACE: []PACEParams{aesPACE}, Extended: true}
}

func newTerminal(t *testing.T, p Profile, opts ...Option) *terminal {
	t.Helper()
	c, err := New(p, opts...)
	require.NoError(t, err)
	return &terminal{t: t, chip: c}
}

// opened is a terminal that has read access to the application by PACE.
func opened(t *testing.T, p Profile, opts ...Option) *terminal {
	t.Helper()
	tm := newTerminal(t, p, opts...)
	require.Equal(t, apdu.SWSuccess, tm.pace(canTry(p.PACE[0], p.CAN)))
	tm.selectApp()
	return tm
}

func mustCurve(t *testing.T, id int) *curves.Curve {
	t.Helper()
	c, ok := curves.ByID(id)
	require.True(t, ok)
	return c
}

func scalar(n int64) *big.Int { return big.NewInt(n) }
