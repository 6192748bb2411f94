package audit

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"slices"
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

// walk goes over the older files first, which never change, and holds the locks only
// for the rest, whose lines it hands on afterwards: neither a long log nor a slow
// listener, such as a pager, keeps readers of cards waiting.
func (l *Log) walk(each func(line []byte) error) (Verdict, error) {
	if !exists(l.dir) && l.keys.none() {
		return Verdict{OK: true}, nil
	}
	w := walker{each: each, at: origin}
	err := l.held(func(key []byte) error {
		w.key = key
		return nil
	})
	if err != nil {
		return w.v, err
	}
	files, err := l.files()
	if err != nil {
		return w.v, err
	}
	for _, path := range files[:len(files)-1] {
		if err := w.file(path, false); err != nil {
			return w.v, err
		}
	}
	var kept [][]byte
	if each != nil {
		w.each = func(line []byte) error {
			kept = append(kept, bytes.Clone(line))
			return nil
		}
	}
	if err := l.held(func([]byte) error { return l.finish(&w) }); err != nil {
		return w.v, err
	}
	for _, line := range kept {
		if err := each(line); err != nil {
			return w.v, err
		}
	}
	return w.v, nil
}

// held does something under the locks.
func (l *Log) held(do func(key []byte) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.locked(do)
}

// finish goes over the files that were filled meanwhile, the current one, and the
// head. The locks are held.
func (l *Log) finish(w *walker) error {
	files, err := l.files()
	if err != nil {
		return err
	}
	for i, path := range files {
		if slices.Contains(w.seen, path) {
			continue
		}
		if err := w.file(path, i == len(files)-1); err != nil {
			return err
		}
	}
	head, ours, err := l.keys.head(w.key)
	if err != nil {
		return err
	}
	if !complete(head, ours, w.at) {
		w.note(min(head.Seq, w.at.Seq) + 1)
	}
	if w.v.OK = w.bad == 0; !w.v.OK {
		w.v.FirstBad = &w.bad
	}
	return nil
}

// walker is a walk over the files of a log, in their order.
type walker struct {
	key  []byte
	each func(line []byte) error
	seen []string
	at   link
	bad  uint64 // the first wrong line, 0 for none
	v    Verdict
}

// note keeps the first wrong line.
func (w *walker) note(seq uint64) {
	if w.bad == 0 {
		w.bad = seq
	}
}

// file goes over one file; last is the one that lines are put into.
func (w *walker) file(path string, last bool) error {
	s, err := scan(path, w.key, w.at, w.each)
	if err != nil {
		return err
	}
	w.seen = append(w.seen, path)
	w.v.Entries += s.lines
	w.at = s.at
	if s.bad != 0 {
		w.note(s.bad)
	}
	if s.broken != 0 {
		w.note(s.broken)
	}
	if s.torn && last {
		w.v.TornTail = true
	} else if s.torn {
		w.note(s.at.Seq + 1) // only the end of the log can be torn
	}
	return nil
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
