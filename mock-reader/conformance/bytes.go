package conformance

import (
	"bytes"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// replace puts other bytes of the same length into a group; they must stand there once.
func replace(b *build, group int, old, fresh []byte) error {
	id := chip.FileDG(group)
	content := b.LDS[id]
	if len(old) != len(fresh) || bytes.Count(content, old) != 1 {
		return errCase("DG%d does not hold the bytes to replace once", group)
	}
	b.LDS[id] = bytes.Replace(content, old, fresh, 1)
	return nil
}

// retag gives a group another tag.
func retag(group int, tag byte) func(*world, *build) error {
	return func(_ *world, b *build) error {
		b.LDS[chip.FileDG(group)][0] = tag
		return nil
	}
}

// relength changes the last byte of a group's length.
func relength(group int, by int) func(*world, *build) error {
	return func(_ *world, b *build) error {
		content := b.LDS[chip.FileDG(group)]
		_, header, _, err := tlv.Header(content)
		if err != nil {
			return err
		}
		content[header-1] += byte(by)
		return nil
	}
}

// within walks down an element by tags; index picks among several of one tag.
func within(content []byte, path ...tlv.Tag) (tlv.Element, error) {
	e := tlv.Element{Value: content}
	for _, tag := range path {
		els, err := tlv.ParseAll(e.Value)
		if err != nil {
			return e, err
		}
		found, ok := els.Find(tag)
		if !ok {
			return e, errCase("no %v", tag)
		}
		e = found
	}
	return e, nil
}
