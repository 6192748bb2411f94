package torture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"maps"
	"time"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// class is a kind of genuine card and the way into it: what faults are put on.
type class struct {
	name    string
	persona persona.Persona
	keys    access.Keys
	// profile is the genuine chip. Its maps are shared: card makes copies.
	profile chip.Profile
	// steps are the APDUs of an undisturbed read.
	steps []step
}

// groupsRead are the groups that a read of a genuine card delivers.
var groupsRead = []lds.Group{lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15}

// world is what all cases share.
type world struct {
	issuer  *issuer.Issuer
	store   *trust.Store
	classes []*class
}

// way is how a card is reached and opened.
type way struct {
	name  string
	byMRZ bool
	alter func(*chip.Profile)
}

// The ways: PACE with the number's CAN (plain, with TPDUs, without extended
// length) and BAC with the MRZ.
var (
	byPACE  = way{"PACE", false, func(*chip.Profile) {}}
	byTPDU  = way{"T=0", false, func(p *chip.Profile) { p.Protocol, p.Extended = apdu.ProtocolT0, false }}
	byShort = way{"short APDUs", false, func(p *chip.Profile) { p.Extended, p.Quirks.EndOfFile = false, chip.EndCorrect }}
	byBAC   = way{"BAC", true, func(p *chip.Profile) { p.PACE, p.CAN, p.MF = nil, "", map[uint16][]byte{} }}
)

// ways are those of each persona in its turn; the first is reached by two.
var ways = [][]way{{byPACE, byBAC}, {byBAC}, {byTPDU}, {byShort}, {byBAC}, {byPACE}, {byPACE}, {byBAC}}

// newWorld makes the classes: every persona.
func newWorld() (*world, error) {
	w := &world{issuer: issuer.New(issuer.PublishedSeed), store: &trust.Store{}}
	anchors, err := w.issuer.Anchors()
	if err != nil {
		return nil, err
	}
	for _, a := range anchors {
		if problems := w.store.Add(a.File, a.PEM()); len(problems) > 0 {
			return nil, fmt.Errorf("torture: anchor %s: %v", a.File, problems[0])
		}
	}
	for i, p := range persona.All() {
		for _, way := range ways[i%len(ways)] {
			if err := w.add(p, way); err != nil {
				return nil, err
			}
		}
	}
	return w, nil
}

// add makes a class. The portrait is replaced by a small one, signed by the
// genuine signer: how long it takes to read says nothing here.
func (w *world) add(p persona.Persona, by way) error {
	profile, err := w.issuer.Personalise(p, issuer.Options{NoPACE: by.byMRZ})
	if err != nil {
		return err
	}
	by.alter(&profile)
	profile.LDS[chip.FileDG(2)] = issuer.EncodeDG2(smallPortrait(), p.Sex)
	if err := w.issuer.Seal(profile.LDS, w.signer(p), signedOn(p)); err != nil {
		return err
	}
	c := &class{name: p.Name + " " + by.name, persona: p, profile: profile}
	if by.byMRZ {
		c.keys, err = cccd.KeysFromMRZ(p.MRZ())
	} else {
		c.keys, err = cccd.KeysFromNumber(p.Number)
	}
	if err != nil {
		return err
	}
	w.classes = append(w.classes, c)
	return nil
}

// signer is the genuine document signer of a persona's card.
func (w *world) signer(p persona.Persona) issuer.SignerOptions {
	return issuer.SignerOptions{NamedCurve: p.Generation == persona.CanCuoc2024}
}

// signedOn is the day on which the persona's card was signed.
func signedOn(p persona.Persona) time.Time {
	return time.Date(p.Issued.Year, time.Month(p.Issued.Month), p.Issued.Day, 2, 0, 0, 0, time.UTC)
}

// card returns a copy of the class's profile that may be changed, files included.
func (c *class) card() chip.Profile {
	p := c.profile
	p.LDS, p.MF = cloneFiles(p.LDS), cloneFiles(p.MF)
	p.PACE, p.CA = append([]chip.PACEParams(nil), p.PACE...), append([]chip.CAKey(nil), p.CA...)
	p.Quirks.FileSW = maps.Clone(p.Quirks.FileSW)
	return p
}

func cloneFiles(files map[uint16][]byte) map[uint16][]byte {
	out := make(map[uint16][]byte, len(files))
	for id, content := range files {
		out[id] = bytes.Clone(content)
	}
	return out
}

// portraitSide is the width and height of the small portrait in pixels.
const portraitSide = 16

// smallPortrait is a grey JPEG of some 600 bytes.
func smallPortrait() persona.Portrait {
	img := image.NewGray(image.Rect(0, 0, portraitSide, portraitSide))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: uint8(i)}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic("torture: portrait: " + err.Error()) // a bytes.Buffer takes everything
	}
	return persona.Portrait{JPEG: b.Bytes(), Width: portraitSide, Height: portraitSide}
}
