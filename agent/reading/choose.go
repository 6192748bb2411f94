package reading

import "chipid/agent/catalogue"

// Choose is which reader a read would take now; its error, an *Error, says why none.
func (s State) Choose(name string) (Reader, error) { return s.choose(name) }

// choose picks the reader to read from: the named one, or the one whose card
// came last. Cards that came together, or were in from the start, cannot be told
// apart: then the reader must be named.
func (s State) choose(name string) (Reader, error) {
	if name != "" {
		return s.named(name)
	}
	var best Reader
	found, tied := false, false
	for _, r := range s.Readers {
		if r.Stuck || r.Card != CardCitizen {
			continue
		}
		tied = found && r.arrived == best.arrived || tied && r.arrived < best.arrived
		if !found || r.arrived > best.arrived {
			best = r
		}
		found = true
	}
	switch {
	case !found:
		return Reader{}, s.nothing()
	case tied:
		return Reader{}, fail(catalogue.ReaderAmbiguous)
	}
	return best, nil
}

func (s State) named(name string) (Reader, error) {
	r, ok := s.Find(name)
	switch {
	case !ok && s.Service != nil:
		return r, &Error{Code: serviceCode(s.Service), Err: s.Service}
	case !ok:
		return r, fail(catalogue.ReaderNotFound)
	case r.Stuck:
		return r, fail(catalogue.ReaderStuck)
	}
	return r, cardFault(r.Card)
}

// cardFault says why a card cannot be read, nil if it can.
func cardFault(c Card) error {
	switch c {
	case CardCitizen:
		return nil
	case CardUnknown:
		return fail(catalogue.CardUnknown)
	case CardBusy:
		return fail(catalogue.CardBusy)
	case CardMute:
		return fail(catalogue.CardMute)
	}
	return fail(catalogue.NoCard)
}

// nothing says why there is no card to read, the most telling cause first.
func (s State) nothing() error {
	for _, c := range []Card{CardUnknown, CardBusy, CardMute} {
		for _, r := range s.Readers {
			if !r.Stuck && r.Card == c {
				return cardFault(c)
			}
		}
	}
	switch {
	case s.Service != nil && len(s.Readers) == 0:
		return s.ServiceFault()
	case len(s.Readers) == 0:
		return fail(catalogue.NoReader)
	}
	for _, r := range s.Readers {
		if !r.Stuck {
			return fail(catalogue.NoCard)
		}
	}
	return fail(catalogue.ReaderStuck)
}
