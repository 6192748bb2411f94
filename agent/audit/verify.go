package audit

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
)

// Verdict is what Verify found.
type Verdict struct {
	// Entries counts the lines, wrong ones included.
	Entries uint64 `json:"entries"`
	// OK: the chain holds and no acknowledged line is missing.
	OK bool `json:"ok"`
	// FirstBad is the number of the first line that is wrong or missing; null if none is.
	FirstBad *uint64 `json:"firstBad"`
	// TornTail: a crash left a piece of a line at the end. It was never acknowledged.
	TornTail bool `json:"tornTail"`
}

// Verify walks over the whole chain.
func (l *Log) Verify() (Verdict, error) { return l.walk(nil) }

// Show calls each with every right line in order, without its newline.
func (l *Log) Show(each func(line []byte) error) (Verdict, error) { return l.walk(each) }

func (l *Log) walk(each func(line []byte) error) (v Verdict, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !exists(l.dir) && l.keys.none() {
		return Verdict{OK: true}, nil
	}
	err = l.locked(func(key []byte) error {
		v, err = l.verify(key, each)
		return err
	})
	return v, err
}

func (l *Log) verify(key []byte, each func(line []byte) error) (Verdict, error) {
	var v Verdict
	files, err := l.files()
	if err != nil {
		return v, err
	}
	at, bad := origin, uint64(0)
	note := func(seq uint64) {
		if bad == 0 {
			bad = seq
		}
	}
	for i, path := range files {
		s, err := scan(path, key, at, each)
		if err != nil {
			return v, err
		}
		v.Entries += s.lines
		at = s.at
		if s.bad != 0 {
			note(s.bad)
		}
		if s.broken != 0 {
			note(s.broken)
		}
		if last := i == len(files)-1; s.torn && last {
			v.TornTail = true
		} else if s.torn {
			note(s.at.Seq + 1) // only the end of the log can be torn
		}
	}
	head, ours, err := l.keys.head(key)
	if err != nil {
		return v, err
	}
	if !complete(head, ours, at) {
		note(min(head.Seq, at.Seq) + 1)
	}
	if v.OK = bad == 0; !v.OK {
		v.FirstBad = &bad
	}
	return v, nil
}

// lastOf returns the place of a file's last whole line.
func lastOf(path string) (link, error) {
	f, err := os.Open(path)
	if err != nil {
		return origin, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return origin, err
	}
	from := max(0, info.Size()-maxLine)
	b, err := io.ReadAll(io.NewSectionReader(f, from, info.Size()-from))
	if err != nil {
		return origin, err
	}
	end := bytes.LastIndexByte(b, '\n')
	if end < 0 {
		return origin, nil
	}
	line := b[bytes.LastIndexByte(b[:end], '\n')+1 : end]
	var r Record
	if json.Unmarshal(line, &r) != nil {
		return origin, nil
	}
	return link{r.Seq, hashOf(line)}, nil
}
