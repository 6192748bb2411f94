package conformance

import (
	"fmt"
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// world is what all cases share.
type world struct {
	issuer  *issuer.Issuer
	persona persona.Persona
}

func newWorld() *world {
	return &world{issuer: issuer.New(issuer.PublishedSeed), persona: persona.All()[0]}
}

// signedOn is the day on which the persona's card was signed.
func (w *world) signedOn() time.Time {
	issued := w.persona.Issued
	return time.Date(issued.Year, time.Month(issued.Month), issued.Day, 2, 0, 0, 0, time.UTC)
}

// genuine is the persona's card, changed by the issuer's options.
func (w *world) genuine(o issuer.Options) (build, error) {
	p, err := w.issuer.Personalise(w.persona, o)
	return build{Profile: p}, err
}

// plain is a case's card: the genuine one with a change that needs no new signature.
func plain(change func(*build)) func(*world) (build, error) {
	return func(w *world) (build, error) {
		b, err := w.genuine(issuer.Options{})
		if err == nil && change != nil {
			change(&b)
		}
		return b, err
	}
}

// issued is a card that the issuer makes in another way.
func issued(o issuer.Options) func(*world) (build, error) {
	return func(w *world) (build, error) { return w.genuine(o) }
}

// signed is a card whose groups are changed and signed by the genuine signer.
func signed(change func(*world, *build) error) func(*world) (build, error) {
	return func(w *world) (build, error) {
		b, err := w.genuine(issuer.Options{})
		if err != nil {
			return b, err
		}
		if err := change(w, &b); err != nil {
			return b, err
		}
		return b, w.issuer.Seal(b.LDS, issuer.SignerOptions{}, w.signedOn())
	}
}

// listed is a card of the catalogue, on the persona of all cases.
func listed(name string) func(*world) (build, error) {
	return func(w *world) (build, error) {
		s, err := scenario.ByName(name)
		if err != nil {
			return build{}, err
		}
		p, err := s.Profile(w.issuer, w.persona)
		return build{Profile: p}, err
	}
}

// bacOnly takes PACE away: the reader needs the MRZ.
func bacOnly(change func(*build)) func(*world) (build, error) {
	return func(w *world) (build, error) {
		b, err := w.genuine(issuer.Options{NoPACE: true})
		if err == nil && change != nil {
			change(&b)
		}
		return b, err
	}
}

// paceOnly takes BAC away, so that a reader cannot go round what is wrong with PACE.
func paceOnly(change func(*build)) func(*world) (build, error) {
	return plain(func(b *build) {
		b.BAC = false
		if change != nil {
			change(b)
		}
	})
}

// fault strikes the chip.
func (b *build) fault(f ...chip.Fault) { b.Faults = append(b.Faults, f...) }

// twist changes answers before they are sealed.
func (b *build) twist(alter func(cmd apdu.Command, resp apdu.Response) apdu.Response) {
	b.options = append(b.options, chip.WithTwist(func(_ int, cmd apdu.Command, resp apdu.Response) apdu.Response {
		return alter(cmd, resp)
	}))
}

// errCase is a case that cannot be built as it is written.
func errCase(format string, args ...any) error { return fmt.Errorf("conformance: "+format, args...) }
