package demo

import (
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
)

// ReaderName is the demo's one reader. The cards of all personas go into it, one
// at a time, as at a counter.
const ReaderName = inproc.Prefix + "demo"

// usualLink makes a read take as long as over a contactless reader.
const usualLink = "424,sleep"

// newReader returns a rack with the demo's reader, with a card PERSONA[/SCENARIO] in.
func newReader(card string) (*rack.Rack, error) {
	r := rack.New(scenario.NewDeck(issuer.New(issuer.PublishedSeed)))
	_, err := r.Add(rack.Config{Name: ReaderName, Card: card, Link: usualLink})
	return r, err
}
