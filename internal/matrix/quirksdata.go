package main

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

//go:embed testdata/gradient.jp2
var gradientJP2 []byte

//go:embed testdata/gradient.j2k
var gradientJ2K []byte

// dataQuirks are about what is written in DG2.
func dataQuirks() []quirk {
	read := sawInstruction(apdu.InsReadBinary)
	all := []quirk{
		{id: "dg2/several-faces", resign: true, shows: read, alter: faces(3, lds.EncodeDG2), expect: genuineWith(format("image/jpeg"))},
		{id: "dg2/ISO-39794-5", resign: true, shows: read, alter: faces(1, lds.EncodeDG2ISO39794), expect: genuineWith(format("image/jpeg"))},
		{id: "dg2/JPEG-2000-JP2", resign: true, shows: read, alter: image(gradientJP2), expect: genuineWith(format("image/jp2"))},
		{id: "dg2/JPEG-2000-codestream", resign: true, shows: read, alter: image(gradientJ2K), expect: genuineWith(format("image/j2c"))},
		{id: "dg2/record-length-lies", resign: true, shows: read, alter: lie("FAC\x00010\x00"), expect: genuineWith(format("image/jpeg"))},
		{id: "dg2/no-image-that-is-known", resign: true, shows: read, alter: spoilImage, expect: withoutPortrait},
		{id: "dg2/malformed", resign: true, shows: read, expect: withoutPortrait,
			alter: func(p *chip.Profile) { p.LDS[chip.FileDG(2)] = []byte{0x75, 0x04, 0x7F, 0x61, 0x7F, 0x00} }},
		{id: "dg1/malformed", alarm: true, resign: true, shows: read, alter: func(p *chip.Profile) { p.LDS[chip.FileDG(1)] = []byte{0x61, 0x04, 0x5F, 0x1F, 0x01, 0x41} },
			expect: verdicts(verdict.Unproven, verdict.Hashes, passed, verdict.Consistency, "unavailable DG1_MALFORMED")},
		{id: "sod/missing", alarm: true, shows: saw(apdu.SWFileNotFound), alter: func(p *chip.Profile) { delete(p.LDS, chip.FileSOD) },
			expect: verdicts(verdict.Failure, verdict.Hashes, "failed SOD_MISSING")},
		{id: "sod/two-bytes", alarm: true, shows: read, alter: func(p *chip.Profile) { p.LDS[chip.FileSOD] = []byte{0x77, 0x00} },
			expect: verdicts(verdict.Failure, verdict.Hashes, "failed SOD_MALFORMED")},
		{id: "sod/claims-4-GB", alarm: true, shows: read, alter: func(p *chip.Profile) { p.LDS[chip.FileSOD] = []byte{0x77, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30} },
			expect: notGenuine},
		{id: "forged/two-persons", alarm: true, resign: true, shows: read, alter: twoPersons,
			expect: verdicts(verdict.Failure, verdict.Hashes, passed, verdict.Consistency, "failed DG1_DG13_MISMATCH")},
		{id: "forged/another-number-than-given", alarm: true, shows: read, alter: func(*chip.Profile) {},
			keys:   func(k *access.Keys) { k.Number = "001190" + k.Number[6:] }, // the same CAN
			expect: verdicts(verdict.Failure, verdict.Hashes, passed, verdict.Consistency, "failed KEY_MISMATCH")},
		{id: "dates/card-expired", alarm: false, shows: read, alter: func(*chip.Profile) {},
			plan:   func(p *cardlib.Plan) { p.Now = fixed(time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)) },
			expect: verdicts(verdict.Genuine, verdict.Expiry, "failed CARD_EXPIRED", verdict.Validity, passed)},
	}
	return append(all,
		groupChanged(1, expectation{verdict.Anchor: "unavailable ANCHOR_UNPROVABLE"}),
		groupChanged(2, expectation{verdict.ActiveAuth: passed, verdict.ChipAuth: passed}),
		groupChanged(13, expectation{verdict.Anchor: passed}),
		groupChanged(14, expectation{verdict.ChipAuth: "unavailable KEY_NOT_COVERED"}),
		groupChanged(15, expectation{verdict.ActiveAuth: "unavailable KEY_NOT_COVERED"}))
}

// groupChanged is a card of which one group was changed after it was signed.
func groupChanged(n int, want expectation) quirk {
	return quirk{id: fmt.Sprintf("forged/DG%d-changed", n), alarm: true, shows: sawInstruction(apdu.InsReadBinary),
		alter: func(p *chip.Profile) { p.LDS[chip.FileDG(n)] = flipLast(p.LDS[chip.FileDG(n)]) },
		expect: func(o *outcome) error {
			if err := verdicts(verdict.Failure, verdict.Hashes, "failed HASH_MISMATCH", verdict.Signature, passed)(o); err != nil {
				return err
			}
			return compare(o.result.Report, want)
		}}
}

// twoPersons is a card with the text of one person and the MRZ of another, both signed.
func twoPersons(p *chip.Profile) {
	p.LDS[chip.FileDG(13)] = issuer.EncodeDG13(persona.All()[1], issuer.Wrapped)
}

func notGenuine(o *outcome) error {
	if o.err == nil && o.result.Report.Genuine {
		return errors.New("found genuine")
	}
	return nil
}

func format(mime string) func(*outcome) error {
	return func(o *outcome) error {
		if got := o.result.Document.Portrait.MIME; got != mime {
			return fmt.Errorf("portrait is %q, due was %q", got, mime)
		}
		return nil
	}
}

// faces writes DG2 with the card's face several times.
func faces(n int, encode func([]lds.Face) ([]byte, error)) func(*chip.Profile) {
	return func(p *chip.Profile) {
		one, err := lds.ParseDG2(p.LDS[chip.FileDG(2)])
		if err != nil {
			panic(err)
		}
		var all []lds.Face
		for range n {
			all = append(all, one[0])
		}
		if p.LDS[chip.FileDG(2)], err = encode(all); err != nil {
			panic(err)
		}
	}
}

// image writes DG2 of the mock issuer with another image in it, which the record
// goes on to call a JPEG image of the old size.
func image(content []byte) func(*chip.Profile) {
	return func(p *chip.Profile) {
		one, err := lds.ParseDG2(p.LDS[chip.FileDG(2)])
		if err != nil {
			panic(err)
		}
		one[0].Image = content
		if p.LDS[chip.FileDG(2)], err = lds.EncodeDG2(one[:1]); err != nil {
			panic(err)
		}
	}
}

// spoilImage overwrites the beginning of the image, by which its kind is told.
func spoilImage(p *chip.Profile) {
	file := bytes.Clone(p.LDS[chip.FileDG(2)])
	at := bytes.Index(file, []byte{0xFF, 0xD8, 0xFF})
	if at < 0 {
		panic("no JPEG image on the mock card")
	}
	copy(file[at:], "no image")
	p.LDS[chip.FileDG(2)] = file
}

// lie makes the length of the facial record, behind its mark, far too large (ISO/IEC 19794-5 §5.4).
func lie(mark string) func(*chip.Profile) {
	return func(p *chip.Profile) {
		file := bytes.Clone(p.LDS[chip.FileDG(2)])
		at := bytes.Index(file, []byte(mark))
		if at < 0 {
			panic("no facial record on the mock card")
		}
		binary.BigEndian.PutUint32(file[at+len(mark):], 0x7FFFFFFF)
		p.LDS[chip.FileDG(2)] = file
	}
}
