package evidencetest

import (
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// sodFile is the file identifier of EF.SOD.
const sodFile = 0x011D

// Card is one person's card.
type Card struct {
	Persona persona.Persona
	files   map[lds.Group][]byte
	sod     []byte

	mu   sync.Mutex
	chip *chip.Chip
}

// made are the cards of this process: personalising one takes a while.
var made = struct {
	sync.Mutex
	cards map[string]*Card
}{cards: map[string]*Card{}}

// NewCard makes the card NAME or NAME/SCENARIO. Its chip asks for no key, since
// what is tested begins after that. The same name gives the same card.
func NewCard(t testing.TB, name string) *Card {
	t.Helper()
	made.Lock()
	defer made.Unlock()
	if made.cards[name] == nil {
		made.cards[name] = newCard(t, name)
	}
	return made.cards[name]
}

func newCard(t testing.TB, name string) *Card {
	t.Helper()
	who, s, err := scenario.Parse(name)
	require.NoError(t, err)
	profile, err := s.Profile(issuer.New(issuer.PublishedSeed), who)
	require.NoError(t, err)
	profile.BAC, profile.PACE = false, nil
	c := &Card{Persona: who, files: map[lds.Group][]byte{}, sod: profile.LDS[sodFile]}
	for _, g := range lds.Groups() {
		if file := profile.LDS[uint16(g.FileID())]; file != nil {
			c.files[g] = file
		}
	}
	c.chip, err = chip.New(profile)
	require.NoError(t, err)
	c.transmit(t, apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: chip.DefaultAID})
	return c
}

func (c *Card) transmit(t testing.TB, cmd apdu.Command) []byte {
	t.Helper()
	response, err := c.chip.Transmit(t.Context(), cmd)
	require.NoError(t, err)
	require.True(t, response.SW.OK(), "%v", response.SW)
	return response.Data
}

// File is a data group as it stands on the chip.
func (c *Card) File(g lds.Group) []byte { return c.files[g] }

// SOD is EF.SOD.
func (c *Card) SOD() []byte { return c.sod }

// Answer has the chip sign the request's challenge and makes a bundle without an
// agent's signature. It is safe for concurrent use.
func (c *Card) Answer(t testing.TB, r evidence.Request) *evidence.Bundle {
	t.Helper()
	challenge := r.Challenge()
	c.mu.Lock()
	defer c.mu.Unlock()
	signature := c.transmit(t, apdu.Command{INS: apdu.InsInternalAuth, Data: challenge[:], Le: apdu.MaxShortLe})
	b, err := evidence.Collect(r, false, evidence.Read{SOD: c.sod, Files: maps.Clone(c.files), Signature: signature}, "test", time.Now())
	require.NoError(t, err)
	return b
}

// Trust is the mock CSCA as a store.
func Trust(t testing.TB) *trust.Store {
	t.Helper()
	store, problems, err := trust.Open(TrustFolder(t))
	require.NoError(t, err)
	require.Empty(t, problems)
	return store
}

// TrustFolder is the mock CSCA as a folder of files.
func TrustFolder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	require.NoError(t, err)
	for _, a := range anchors {
		require.NoError(t, os.WriteFile(filepath.Join(dir, a.File), a.DER, 0o600))
	}
	return dir
}
