package cardlib_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// testCard is a card of the mock issuer in a reader of its own, with what the officer
// typed and the directory of trusted certificates. At a counter the card comes from
// cardlib/pcsc and the store from trust.Open("/etc/chipid/trust").
func testCard() (card apdu.Card, number string, store *trust.Store) {
	maker, who := issuer.New(issuer.PublishedSeed), persona.All()[0]
	profile, err := maker.Personalise(who, issuer.Options{})
	if err != nil {
		panic(err)
	}
	c, err := chip.New(profile)
	if err != nil {
		panic(err)
	}
	anchors, err := maker.Anchors()
	if err != nil {
		panic(err)
	}
	store = &trust.Store{}
	for _, a := range anchors {
		store.Add(a.File, a.DER)
	}
	return c, who.Number, store
}

// exampleDay is the clock of the examples.
func exampleDay() time.Time { return time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC) }

// Twelve digits open the card; the report says whether to believe it.
func ExampleRead() {
	card, number, store := testCard()
	keys, err := cccd.KeysFromNumber(number)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := cardlib.Read(context.Background(), card, keys, cardlib.Plan{Trust: store, Now: exampleDay})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer result.Wipe()
	fmt.Println(result.Document.Citizen.FullName, result.Document.Access, result.Document.Portrait.MIME)
	fmt.Println("genuine:", result.Report.Genuine, "test card:", result.Report.Synthetic)
	// Output:
	// Nguyễn Thị Mẫu PACE-CAN image/jpeg
	// genuine: true test card: true
}

// Errors have codes to switch on. A card that fails a check is no error.
func ExampleRead_errors() {
	card, _, _ := testCard()
	keys, _ := cccd.KeysFromCAN("999999") // the last digits of another number
	_, err := cardlib.Read(context.Background(), card, keys, cardlib.Plan{})
	switch cardlib.CodeOf(err) {
	case cardlib.CodeAccessDenied:
		var e *cardlib.Error
		errors.As(err, &e)
		fmt.Println("the number is not this card's; tried:", e.Tried, "at", e.Stage)
	case cardlib.CodeCardRemoved, cardlib.CodeNoCard:
		fmt.Println("put the card back")
	default:
		fmt.Println(err)
	}
	// Output: the number is not this card's; tried: [PACE-CAN] at access
}

// Without a store nothing is genuine, and nothing is an alarm either: the signature
// holds, and nobody vouches for who made it. The store makes the difference.
func ExampleRead_trust() {
	card, number, store := testCard()
	keys, _ := cccd.KeysFromNumber(number)
	plan := cardlib.Plan{Groups: []lds.Group{lds.DG1, lds.DG13}, Now: exampleDay}
	for _, plan.Trust = range []*trust.Store{nil, store} {
		result, err := cardlib.Read(context.Background(), card, keys, plan)
		if err != nil {
			fmt.Println(err)
			return
		}
		anchor := result.Report.Get(verdict.Anchor)
		fmt.Println(result.Report.Outcome, "- anchor:", anchor.Status, anchor.Reason)
		if _, err := apdu.Reset(context.Background(), card); err != nil { // as if it were put on again
			fmt.Println(err)
		}
	}
	// Output:
	// unproven - anchor: unavailable NO_TRUST_STORE
	// genuine - anchor: passed
}

// EF.SOD and the groups are all that it takes to judge the data again, later and
// elsewhere, without the card. (That the chip is no copy, the card alone can prove: a
// back end has cardlib/evidence for that.)
func Example_verifyOffline() {
	card, number, store := testCard()
	keys, _ := cccd.KeysFromNumber(number)
	result, err := cardlib.Read(context.Background(), card, keys, cardlib.Plan{})
	if err != nil {
		fmt.Println(err)
		return
	}
	sod, groups := result.Document.SOD, result.Document.Groups

	judge := func() {
		judged := passiveauth.Verify(passiveauth.Input{
			SOD: sod, Groups: groups, Store: store, Now: exampleDay(), IssuingState: "VNM", DocumentCode: "ID",
		})
		for _, check := range judged.Checks {
			fmt.Println(check.ID, check.Status, check.Reason, check.Groups)
		}
	}
	judge()
	groups[lds.DG13][40] ^= 1 // a letter of the name
	fmt.Println("changed:")
	judge()
	// Output:
	// hashes passed  []
	// signature passed  []
	// anchor passed  []
	// validity passed  []
	// revocation unavailable NO_CRL []
	// changed:
	// hashes failed HASH_MISMATCH [DG13]
	// signature passed  []
	// anchor passed  []
	// validity passed  []
	// revocation unavailable NO_CRL []
}

// relay is a Card of one's own: one method is enough. This one carries commands to a
// chip elsewhere, as bytes, and could do so over any wire.
type relay struct {
	send func(command []byte) (answer []byte, err error)
	sent int
}

// Transmit implements apdu.Card. Faults of the way are the errors of package apdu, so
// that the reader knows what to do about them.
func (r *relay) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	r.sent++
	answer, err := r.send(raw)
	if err != nil {
		return apdu.Response{}, fmt.Errorf("%w: %w", apdu.ErrLink, err)
	}
	return apdu.ParseResponse(answer)
}

// Reset implements apdu.Resetter, which is optional: without it a chip that was tried
// with a wrong key cannot be tried with another one.
func (r *relay) Reset(context.Context) error { return nil }

// Whatever can carry an APDU is a card.
func Example_ownCard() {
	inserted, number, store := testCard()
	far := inserted.(*chip.Chip)
	card := &relay{send: func(command []byte) ([]byte, error) { return far.Exchange(command), nil }}
	keys, _ := cccd.KeysFromNumber(number)
	result, err := cardlib.Read(context.Background(), card, keys, cardlib.Plan{Groups: []lds.Group{lds.DG1}, Trust: store, Now: exampleDay})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Document.MRZ.DocumentNumber, result.Report.Outcome, card.sent == result.Stats.APDUs)
	// Output: 190000018 genuine true
}
