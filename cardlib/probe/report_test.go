package probe_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/probe"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/scenario"
)

// card is the chip of a scenario for somebody.
func card(t testing.TB, name string) chip.Profile {
	t.Helper()
	s, err := scenario.ByName(name)
	require.NoError(t, err)
	profile, err := s.Profile(maker, somebody())
	require.NoError(t, err)
	return profile
}

func TestReportOfAGenuineCard(t *testing.T) {
	r, _ := probed(t, somebody(), card(t, scenario.Genuine))
	assert.Equal(t, probe.Version, r.Version)
	assert.True(t, r.Synthetic)
	assert.Equal(t, "contactless", r.Link.Protocol)
	assert.True(t, r.Link.ExtendedAnnounced)
	assert.Empty(t, r.Problems)

	require.NotNil(t, r.CardAccess)
	assert.Equal(t, probe.Info{OID: "0.4.0.127.0.7.2.2.4.2.2", Name: "PACE-ECDH-GM-AES-128", Version: 2, Parameter: "13", Domain: "brainpoolP256r1"}, r.CardAccess.Infos[0])
	assert.Equal(t, "9000", r.Application)
	assert.Equal(t, []probe.FileStatus{{File: "EF.COM", Select: "6982"}, {File: "EF.SOD", Select: "6982"}, {File: "DG1", Select: "6982"}}, r.Unopened)
	assert.Equal(t, cardlib.AccessPACECAN, r.Read.Access)
	for _, c := range r.Read.Checks {
		assert.NotEqual(t, "failed", c.Status, c.ID)
	}

	assert.Equal(t, []string{"DG1", "DG2", "DG3", "DG13", "DG14", "DG15"}, r.COM.Groups)
	assert.Equal(t, "0107", r.COM.LDSVersion)
	require.Len(t, r.SOD.Signers, 1)
	assert.Equal(t, "SHA-256", r.SOD.Hash.Name)
	signer := r.SOD.Signers[0]
	assert.Equal(t, "ECDSA with SHA-256", signer.Signature.Name)
	assert.Contains(t, signer.Key, "brainpoolP384r1")
	assert.Contains(t, signer.Issuer, "O=SYNTHETIC")
	assert.Len(t, signer.KeyHash, 64)

	assert.Equal(t, []probe.Face{{Format: "jpeg", Bytes: r.DG2.Faces[0].Bytes, Width: 420, Height: 525}}, r.DG2.Faces)
	assert.Equal(t, []string{"ISO/IEC 19794-5"}, r.DG2.Records)
	assert.Equal(t, []probe.Node{{Tag: "61", Length: 93}, {Depth: 1, Tag: "5F1F", Length: 90}}, r.DG1.Nodes)
	assert.Equal(t, []probe.Key{{Kind: "EC", Bits: 256, Domain: "brainpoolP256r1"}}, r.DG14.Keys)
	assert.Equal(t, "RSA", r.DG15.Kind)
	assert.Equal(t, 2048, r.DG15.Bits)
	fields := map[int]bool{}
	for _, n := range r.DG13.Nodes {
		if n.Field != nil && n.Depth == 3 {
			fields[*n.Field] = true
		}
	}
	assert.Len(t, fields, 16)

	assert.Equal(t, []probe.FileStatus{{File: "DG3", Select: "6982"}, {File: "DG11", Select: "6A82"}, {File: "DG12", Select: "6A82"}}, r.Others)
	require.Len(t, r.Blocks, 12)
	for _, b := range r.Blocks {
		assert.Equal(t, "9000", b.SW)
		assert.Equal(t, b.Asked, b.Got)
		assert.Equal(t, b.Asked > 256, b.Form == "extended")
	}
}

func TestReportOfOddCards(t *testing.T) {
	for name, check := range map[string]func(*testing.T, *probe.Report){
		"small-blocks": func(t *testing.T, r *probe.Report) {
			assert.Equal(t, "9000", r.Blocks[1].SW)
			assert.Equal(t, "6700", r.Blocks[3].SW)
		},
		"short-reads": func(t *testing.T, r *probe.Report) {
			assert.Equal(t, 0x60, r.Blocks[5].Got)
		},
		"t0": func(t *testing.T, r *probe.Report) {
			assert.Equal(t, "T=0", r.Link.Protocol)
			for _, b := range r.Blocks {
				assert.Equal(t, "short", b.Form)
			}
		},
		"no-com": func(t *testing.T, r *probe.Report) {
			assert.Nil(t, r.COM)
			assert.Equal(t, probe.FileStatus{File: "DG11", Select: "6A82 (plain)"}, r.Others[1])
			assert.NotEmpty(t, r.Problems)
			assert.NotEmpty(t, r.Blocks, "the channel was opened again")
		},
		"cardaccess-missing": func(t *testing.T, r *probe.Report) {
			assert.Nil(t, r.CardAccess)
			assert.Equal(t, "6A82", r.Outside[0].Select)
		},
		"bac-only": func(t *testing.T, r *probe.Report) {
			assert.Equal(t, cardlib.AccessBAC, r.Read.Access)
			assert.NotEmpty(t, r.Others)
		},
		"wrong-can": func(t *testing.T, r *probe.Report) {
			assert.Equal(t, cardlib.AccessPACEMRZ, r.Read.Access)
			assert.NotEmpty(t, r.Others)
		},
		"dies-half-way": func(t *testing.T, r *probe.Report) {
			assert.Equal(t, "CARD_REMOVED", r.Read.Error)
			assert.Equal(t, "dg2", r.Read.Stage)
			assert.NotNil(t, r.CardAccess, "what was there before stays")
			assert.NotEmpty(t, r.Read.Files)
		},
		"sod-changed": func(t *testing.T, r *probe.Report) {
			assert.Contains(t, r.Read.Checks, probe.Check{ID: "signature", Status: "failed", Reason: "SIGNATURE_INVALID"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := probed(t, somebody(), card(t, name))
			check(t, r)
		})
	}
}

func TestRefusedKey(t *testing.T) {
	c, err := chip.New(card(t, scenario.Genuine))
	require.NoError(t, err)
	keys, err := cccd.KeysFromCAN("111111")
	require.NoError(t, err)
	r, err := probe.Run(t.Context(), c, keys, probe.Options{})
	assert.Equal(t, cardlib.CodeAccessDenied, cardlib.CodeOf(err))
	assert.Equal(t, "ACCESS_DENIED", r.Read.Error)
	assert.Equal(t, []string{"PACE-CAN"}, r.Read.Tried)
	assert.NotNil(t, r.CardAccess)
	assert.Nil(t, r.SOD)
	assert.Empty(t, r.Blocks)
}

func TestCancelledAndGone(t *testing.T) {
	c, err := chip.New(card(t, scenario.Genuine))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	keys, err := cccd.KeysFromCAN(somebody().CAN())
	require.NoError(t, err)
	r, err := probe.Run(ctx, c, keys, probe.Options{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "CANCELLED", r.Read.Error)
	c.Remove()
	r, err = probe.Run(t.Context(), c, keys, probe.Options{})
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	assert.Equal(t, "CARD_REMOVED", r.Read.Error)
}

// TestTriesAreFew: a probe tries a wrong key no more often than a read does, and
// the right one is known by then.
func TestTriesAreFew(t *testing.T) {
	tries := 0
	c, err := chip.New(card(t, "bac-only"), chip.WithLog(func(e chip.Entry) {
		if e.Plain.INS == apdu.InsExternalAuth && !e.PlainResponse.SW.OK() {
			tries++
		}
	}))
	require.NoError(t, err)
	keys, err := cccd.KeysFromQR(somebody().QR())
	require.NoError(t, err)
	_, err = probe.Run(t.Context(), c, keys, probe.Options{})
	require.NoError(t, err)
	assert.LessOrEqual(t, tries, 2)
}

// noise answers with bytes of the fuzzer's, then is gone.
type noise struct{ b []byte }

func (n *noise) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	if len(n.b) < 3 {
		return apdu.Response{}, apdu.ErrRemoved
	}
	size := min(int(n.b[0]), len(n.b)-3)
	resp, err := apdu.ParseResponse(n.b[1 : 3+size])
	n.b = n.b[3+size:]
	return resp, err
}

func (n *noise) Reset(context.Context) error { return nil }

func FuzzRunAgainstNoise(f *testing.F) {
	f.Add([]byte{0, 0x90, 0, 54, 0x31, 0x34, 0x30, 0x0d, 6, 8, 4, 0, 0x7f, 0, 7, 2, 2, 2, 2, 1, 1, 0x90, 0})
	f.Add([]byte{0, 0x6A, 0x82, 0, 0x6A, 0x82, 0, 0x90, 0})
	keys, err := cccd.KeysFromCAN("000018")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := probe.Run(t.Context(), &noise{b}, keys, probe.Options{})
		require.Error(t, err)
		require.NotNil(t, r)
	})
}

// fragile is a card that drops its channel on every extended command.
type fragile struct {
	*chip.Chip
	dropped int
}

func (f *fragile) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if cmd.Extended {
		f.dropped++
		return apdu.Response{SW: apdu.SWWrongLength}, nil
	}
	return f.Chip.Transmit(ctx, cmd)
}

// TestLostChannels: a lost channel is told, opened again, and larger blocks are
// not tried any more.
func TestLostChannels(t *testing.T) {
	profile := card(t, "short-apdus")
	c, err := chip.New(profile)
	require.NoError(t, err)
	weak := &fragile{Chip: c}
	keys, err := cccd.KeysFromCAN(somebody().CAN())
	require.NoError(t, err)
	r, err := probe.Run(t.Context(), weak, keys, probe.Options{})
	require.NoError(t, err)
	last := r.Blocks[len(r.Blocks)-1]
	assert.Equal(t, probe.Block{Asked: 512, Form: "extended", SW: "6700", Lost: true}, last)
	assert.Equal(t, 1, weak.dropped)
	assert.Len(t, r.Problems, 1)
}

func TestMoreOfTheMasterFile(t *testing.T) {
	profile := card(t, scenario.Genuine)
	profile.MF[chip.FileATRInfo] = lds.EncodeATRInfo(lds.ATRInfo{Chaining: true, ExtendedLength: true, MaxCommand: 1000, MaxResponse: 2000})
	profile.MF[chip.FileDIR] = lds.EncodeDIR([]lds.Application{{AID: lds.AID()}})
	r, _ := probed(t, somebody(), profile)
	assert.Equal(t, &probe.ATRInfo{Chaining: true, ExtendedLength: true, MaxCommand: 1000, MaxResponse: 2000}, r.ATRInfo)
	assert.Equal(t, "EF.DIR", r.Outside[2].File)
	assert.Equal(t, "9000", r.Outside[2].Read)
	assert.Positive(t, r.Outside[2].Bytes)
}

// TestOtherAlgorithms: keys and signers of other kinds are told by their kind.
func TestOtherAlgorithms(t *testing.T) {
	for name, check := range map[string]func(*testing.T, *probe.Report){
		"signer-pss": func(t *testing.T, r *probe.Report) {
			assert.Equal(t, "RSA-PSS with SHA-256", r.SOD.Signers[0].Signature.Name)
		},
		"signer-rsa":  func(t *testing.T, r *probe.Report) { assert.Contains(t, r.SOD.Signers[0].Key, "RSA") },
		"signer-p256": func(t *testing.T, r *probe.Report) { assert.Contains(t, r.SOD.Signers[0].Key, "P-256") },
		"no-keys": func(t *testing.T, r *probe.Report) {
			assert.Nil(t, r.DG15)
			assert.Empty(t, r.DG14.Keys)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := probed(t, somebody(), card(t, name))
			check(t, r)
		})
	}
}
