package terminalauth

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/cvc"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/mrz"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

// recorder keeps commands and gives its answers in turn: hex data, 9000 unless sw says otherwise.
type recorder struct {
	answers []string
	sw      map[int]apdu.SW // by number of the command
	fault   map[int]error
	seen    []apdu.Command
}

func (r *recorder) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	i := len(r.seen)
	r.seen = append(r.seen, cmd)
	if err := r.fault[i]; err != nil {
		return apdu.Response{}, err
	}
	resp := apdu.Response{SW: apdu.SWSuccess}
	if i < len(r.answers) {
		resp.Data = script.Hex(r.answers[i])
	}
	if sw, ok := r.sw[i]; ok {
		resp.SW = sw
	}
	return resp, nil
}

// pki is a CVCA, a DV and a terminal of our own.
func pki(t *testing.T) (Terminal, []*cvc.Certificate) {
	t.Helper()
	curve, _ := curves.ByID(13)
	var certs []*cvc.Certificate
	var key, above *cvc.ECKey
	var abovePublic cvc.PublicKey
	names := []cvc.Reference{"UTCVCA00001", "UTDV00001", "UTTERM00001"}
	for i, role := range []cvc.Role{cvc.CountryCVCA, cvc.DVOfficial, cvc.Terminal} {
		var err error
		key, err = cvc.GenerateECKey(curve, nil)
		require.NoError(t, err)
		public, err := cvc.NewPublicKey(cvc.ECDSASHA256, key.Public())
		require.NoError(t, err)
		template := cvc.Template{Authority: names[max(0, i-1)], Holder: names[i], PublicKey: public,
			Authorization: cvc.NewAuthorization(role, cvc.ReadDG3), Parameters: i == 0,
			Effective: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Expiration: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
		if i == 0 {
			above, abovePublic = key, public
		}
		cert, err := template.Issue(abovePublic, above, nil)
		require.NoError(t, err)
		certs = append(certs, cert)
		above, abovePublic = key, public
	}
	terminal := Terminal{certs, key}
	chain, err := terminal.Chain([]cvc.Reference{"UTCVCA00001"})
	require.NoError(t, err)
	require.Len(t, chain, 2)
	return terminal, chain
}

const challenge = "0102030405060708"

func answers() []string { return []string{"", "", "", "", "", challenge, ""} }

func TestRefusals(t *testing.T) {
	terminal, chain := pki(t)
	gone := fmt.Errorf("%w", apdu.ErrRemoved)
	lost := fmt.Errorf("%w: %w", securemsg.ErrChannelLost, &apdu.StatusError{SW: 0x6988})
	for name, tc := range map[string]struct {
		card *recorder
		want error
		sw   apdu.SW
		sent int
	}{
		"the CVCA's key unknown":   {&recorder{answers: answers(), sw: map[int]apdu.SW{0: 0x6A88}}, ErrRefused, 0x6A88, 1},
		"the DV's certificate":     {&recorder{answers: answers(), sw: map[int]apdu.SW{1: 0x6300}}, ErrRefused, 0x6300, 2},
		"the terminal's":           {&recorder{answers: answers(), sw: map[int]apdu.SW{3: 0x6985}}, ErrRefused, 0x6985, 4},
		"the terminal's key":       {&recorder{answers: answers(), sw: map[int]apdu.SW{4: 0x6A88}}, ErrRefused, 0x6A88, 5},
		"no challenge":             {&recorder{answers: answers(), sw: map[int]apdu.SW{5: 0x6D00}}, ErrRefused, 0x6D00, 6},
		"a challenge of one byte":  {&recorder{answers: []string{"", "", "", "", "", "01"}}, ErrRefused, 0x9000, 6},
		"the signature":            {&recorder{answers: answers(), sw: map[int]apdu.SW{6: 0x6300}}, ErrSignature, 0x6300, 7},
		"the channel is dropped":   {&recorder{answers: answers(), fault: map[int]error{6: lost}}, securemsg.ErrChannelLost, 0x6988, 7},
		"the card is gone":         {&recorder{answers: answers(), fault: map[int]error{2: gone}}, apdu.ErrRemoved, 0, 3},
		"gone before the nonce":    {&recorder{answers: answers(), fault: map[int]error{5: gone}}, apdu.ErrRemoved, 0, 6},
		"nothing refused, granted": {&recorder{answers: answers()}, nil, 0, 7},
	} {
		t.Run(name, func(t *testing.T) {
			err := Authenticate(t.Context(), tc.card, terminal, chain, Channel{[]byte("id"), []byte("key")}, nil)
			assert.Len(t, tc.card.seen, tc.sent)
			if tc.want == nil {
				assert.NoError(t, err)
				return
			}
			assert.ErrorIs(t, err, tc.want)
			if tc.sw != 0 {
				sw, ok := apdu.StatusOf(err)
				assert.True(t, ok)
				assert.Equal(t, tc.sw, sw)
			}
		})
	}
	assert.ErrorIs(t, Authenticate(t.Context(), &recorder{}, terminal, nil, Channel{}, nil), ErrNoChain)
	other, _ := pki(t)
	assert.ErrorIs(t, Authenticate(t.Context(), &recorder{answers: answers()}, other, chain, Channel{}, nil), ErrSigner)
}

// TestChaining: a chip without extended length gets certificates in pieces.
func TestChaining(t *testing.T) {
	_, chain := pki(t)
	long := *chain[0]
	long.Body = append(append([]byte(nil), long.Body...), make([]byte, 300)...) // as RSA makes them
	card := &recorder{sw: map[int]apdu.SW{1: apdu.SWWrongLength}}
	require.NoError(t, showCertificate(t.Context(), card, &long))
	pieces := card.seen[2:]
	var data []byte
	for i, cmd := range pieces {
		assert.LessOrEqual(t, len(cmd.Data), blockLen)
		last := i == len(pieces)-1
		assert.Equal(t, !last, cmd.CLA == apdu.ClaChaining)
		assert.Equal(t, [3]byte{apdu.InsPSO, 0, 0xBE}, [3]byte{cmd.INS, cmd.P1, cmd.P2})
		data = append(data, cmd.Data...)
	}
	assert.Equal(t, long.ForChip(), data)

	refused := &recorder{sw: map[int]apdu.SW{1: apdu.SWWrongLength, 2: 0x6884}}
	assert.ErrorIs(t, showCertificate(t.Context(), refused, &long), ErrRefused)
	assert.Len(t, refused.seen, 3, "a refused piece is the last")
}

func TestTerminalChoosesItsCertificate(t *testing.T) {
	terminal, chain := pki(t)
	_, err := Terminal{Certificates: terminal.Certificates}.Chain([]cvc.Reference{"UTCVCA00001"})
	assert.ErrorIs(t, err, ErrNoChain, "no key")
	_, err = Terminal{Certificates: terminal.Certificates[:2], Key: terminal.Key}.Chain([]cvc.Reference{"UTCVCA00001"})
	assert.ErrorIs(t, err, ErrNoChain, "no certificate of the key")
	_, err = terminal.Chain([]cvc.Reference{"XXCVCA00001"})
	assert.ErrorIs(t, err, ErrNoChain, "another State's chip")
	assert.ErrorIs(t, err, cvc.ErrNoChain)
	effective := Effective(chain)
	assert.True(t, effective.Allows(cvc.ReadDG3))
	assert.False(t, effective.Allows(cvc.ReadDG4))
	assert.Equal(t, cvc.Authorization{}, Effective(nil))
}

func TestCompress(t *testing.T) {
	point := append([]byte{4}, append([]byte{1, 2, 3, 4}, 5, 6, 7, 8)...)
	x, err := Compress(securityinfo.ECDH, point)
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 3, 4}, x)
	sum := sha1.Sum([]byte{9, 9})
	y, err := Compress(securityinfo.DH, []byte{9, 9})
	require.NoError(t, err)
	assert.Equal(t, sum[:], y)
	for _, bad := range [][]byte{nil, {4}, {4, 1}, {2, 1, 1}} {
		_, err := Compress(securityinfo.ECDH, bad)
		assert.Error(t, err)
	}
	_, err = Compress(securityinfo.DH, nil)
	assert.Error(t, err)
}

// TestDocumentIdentifier takes the MRZ of Doc 9303-11 appendix D: L898902C with
// the check digit 3.
func TestDocumentIdentifier(t *testing.T) {
	key := mrz.Key{DocumentNumber: "L898902C", DateOfBirth: "690806", DateOfExpiry: "940623"}
	assert.Equal(t, "L898902C<3", string(DocumentIdentifier(key)))
	assert.Equal(t, "1900000185", string(DocumentIdentifier(mrz.Key{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "300115"})))
}

func TestReadReferences(t *testing.T) {
	const one = "420B5554435643413030303031"
	file := one + "0000000000000000000000000000000000000000000000"
	for name, tc := range map[string]struct {
		infos securityinfo.Infos
		card  *script.Card
		want  []cvc.Reference
		err   error
	}{
		"by the default identifier": {securityinfo.Infos{}, &script.Card{Steps: []script.Step{
			{Command: "00A4020C02011C", Answer: "9000"}, {Command: "00B0000024", Answer: file + "9000"}}}, []cvc.Reference{"UTCVCA00001"}, nil},
		"as DG14 names it": {securityinfo.Infos{TerminalAuth: []securityinfo.TerminalAuthInfo{{Version: 1, CVCAFile: 0x0111}}}, &script.Card{Steps: []script.Step{
			{Command: "00A4020C020111", Answer: "9000"}, {Command: "00B0000024", Answer: file + "9000"}}}, []cvc.Reference{"UTCVCA00001"}, nil},
		"without its filling": {securityinfo.Infos{}, &script.Card{Steps: []script.Step{
			{Command: "00A4020C02011C", Answer: "9000"}, {Command: "00B0000024", Answer: one + "6282"}}}, []cvc.Reference{"UTCVCA00001"}, nil},
		"in two pieces": {securityinfo.Infos{}, &script.Card{Steps: []script.Step{
			{Command: "00A4020C02011C", Answer: "9000"}, {Command: "00B0000024", Answer: one[:10] + "9000"},
			{Command: "00B000051F", Answer: one[10:] + "9000"}, {Command: "00B0000D17", Answer: "6B00"}}}, []cvc.Reference{"UTCVCA00001"}, nil},
		"no such file": {securityinfo.Infos{}, &script.Card{Steps: []script.Step{{Command: "00A4020C02011C", Answer: "6A82"}}}, nil, ErrRefused},
		"not for us": {securityinfo.Infos{}, &script.Card{Steps: []script.Step{
			{Command: "00A4020C02011C", Answer: "9000"}, {Command: "00B0000024", Answer: "6982"}}}, nil, ErrRefused},
		"malformed": {securityinfo.Infos{}, &script.Card{Steps: []script.Step{
			{Command: "00A4020C02011C", Answer: "9000"}, {Command: "00B0000024", Answer: "30020101" + "6282"}}}, nil, cvc.ErrMalformed},
		"gone": {securityinfo.Infos{}, &script.Card{Steps: []script.Step{
			{Command: "00A4020C02011C", Answer: "9000"}, {Command: "00B0000024", Fault: apdu.ErrRemoved}}}, nil, apdu.ErrRemoved},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadReferences(t.Context(), tc.card, tc.infos)
			assert.True(t, errors.Is(err, tc.err), "%v", err)
			assert.Equal(t, tc.want, got)
			assert.True(t, tc.card.Done())
		})
	}
}
