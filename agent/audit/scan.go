package audit

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
)

// scanned is what a walk over one file of the log found.
type scanned struct {
	// at is the last line of the chain, good the length up to its end, in bytes.
	at   link
	good int64
	// lines counts whole lines; bad is the number that the first wrong one should
	// have had, 0 if all are right.
	lines, bad uint64
	// broken is the first line that says itself that lines before it are missing or changed.
	broken uint64
	// torn: behind the last newline stands a piece of a line.
	torn bool
}

// scan walks over a file from a place in the chain. each hears of every right
// line; it may be nil. A missing file is an empty one.
func scan(path string, key []byte, from link, each func(line []byte) error) (s scanned, err error) {
	s.at = from
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, maxLine+1)
	for {
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			s.torn = len(line) > 0
			return s, nil
		case errors.Is(err, bufio.ErrBufferFull): // no line of ours is so long
			s.wrong()
			return s, nil
		case err != nil:
			return s, err
		}
		s.lines++
		length := int64(len(line))
		line = bytes.TrimSuffix(line, []byte("\n"))
		r, ok := open(key, line)
		if ok && r.Event == Broken && s.broken == 0 {
			s.broken = r.Seq
		}
		if !ok || !s.at.follows(r) {
			s.wrong()
			if ok { // a right line at a wrong place: go on from there
				s.at = link{r.Seq, hashOf(line)}
			}
			continue
		}
		s.at = link{r.Seq, hashOf(line)}
		if s.bad == 0 {
			s.good += length
		}
		if each != nil {
			if err := each(line); err != nil {
				return s, err
			}
		}
	}
}

// wrong notes the first place where the chain does not hold.
func (s *scanned) wrong() {
	if s.bad == 0 {
		s.bad = s.at.Seq + 1
	}
}
