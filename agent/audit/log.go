package audit

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"chipid/agent/durable"
)

// ErrUnwritable: a line could not be put on the disk. Whatever it would have
// told must not happen.
var ErrUnwritable = errors.New("audit: cannot be written")

// Options of a Log.
type Options struct {
	// MaxBytes is the length at which a new file begins; 0 is 8 MiB.
	MaxBytes int64
	// PseudonymAge is after how long the key of the pseudonyms is replaced; 0 is 90 days.
	PseudonymAge time.Duration
}

// Log is the audit log of one user, shared by the agent and its commands.
type Log struct {
	dir  string
	lock string
	keys keys
	now  func() time.Time

	mu      sync.Mutex
	options Options
	// known is where the log ended when we last wrote, stamp the file then.
	known link
	stamp durable.Stamp
}

// Open uses the log in the folder audit of the state and the keys in the folder
// keys beside it. Nothing is written before the first line.
func Open(state string, options Options) *Log {
	l := &Log{dir: filepath.Join(state, "audit"), lock: filepath.Join(state, "audit.lock"),
		keys: keys{filepath.Join(state, "keys")}, now: time.Now}
	l.Use(options)
	return l
}

// Use takes other options.
func (l *Log) Use(options Options) {
	if options.MaxBytes == 0 {
		options.MaxBytes = 8 << 20
	}
	if options.PseudonymAge == 0 {
		options.PseudonymAge = 90 * 24 * time.Hour
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.options = options
}

// Append puts a line on the disk and acknowledges it. Its error is ErrUnwritable.
func (l *Log) Append(e Entry) error { return l.AppendAll(e) }

// AppendAll is Append for several lines, which are acknowledged together.
func (l *Log) AppendAll(entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.locked(func(key []byte) error { return l.append(key, entries...) }); err != nil {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return nil
}

// locked runs f with the key and the lock between processes. l.mu is held.
func (l *Log) locked(f func(key []byte) error) error {
	for _, dir := range []string{filepath.Dir(l.dir), l.dir, l.keys.dir} {
		if err := durable.Dir(dir); err != nil {
			return err
		}
	}
	unlock, err := durable.Lock(l.lock)
	if err != nil {
		return err
	}
	defer unlock()
	durable.Sweep(l.keys.headPath())
	key, err := l.keys.key()
	if err != nil {
		return err
	}
	return f(key)
}

// current is the file that lines are put into.
func (l *Log) current() string { return filepath.Join(l.dir, "log.jsonl") }

// older names the file that a full one becomes: by its last line's number.
func (l *Log) older(last uint64) string {
	return filepath.Join(l.dir, fmt.Sprintf("log-%012d.jsonl", last))
}

// files are all files of the log in the order of the chain.
func (l *Log) files() ([]string, error) {
	found, err := os.ReadDir(l.dir) // sorted; a pattern would read signs in the folder's own name
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var all []string
	for _, f := range found {
		if strings.HasPrefix(f.Name(), "log-") && strings.HasSuffix(f.Name(), ".jsonl") {
			all = append(all, filepath.Join(l.dir, f.Name()))
		}
	}
	return append(all, l.current()), nil
}

// append puts lines behind the end of the log. The locks are held.
func (l *Log) append(key []byte, entries ...Entry) error {
	at, err := l.end(key)
	if err != nil {
		return err
	}
	if info, err := os.Stat(l.current()); err == nil && info.Size() >= l.options.MaxBytes {
		if err := os.Rename(l.current(), l.older(at.Seq)); err != nil {
			return err
		}
	}
	at, err = l.write(key, at, entries...)
	if err != nil {
		l.stamp = durable.Stamp{} // look again before the next line
		return err
	}
	l.known, l.stamp = at, durable.StampOf(l.current())
	return nil
}

// end returns where the log ends, having mended what a crash left. The file is
// read only if somebody else has written.
func (l *Log) end(key []byte) (link, error) {
	head, ours, err := l.keys.head(key)
	if err != nil {
		return link{}, err
	}
	if ours && head == l.known && l.stamp.Same(durable.StampOf(l.current())) {
		return head, nil
	}
	from, err := l.before(key)
	if err != nil {
		return link{}, err
	}
	s, err := scan(l.current(), key, from, nil)
	if err != nil {
		return link{}, err
	}
	if s.bad == 0 && complete(head, ours, s.at) {
		if s.torn {
			err = os.Truncate(l.current(), s.good)
		}
		return s.at, err
	}
	return l.begin(key, head, s)
}

// complete tells whether no acknowledged line is missing. There is a head as soon
// as there is a key: without one something was taken away.
func complete(head link, ours bool, at link) bool {
	return ours && (at.Seq > head.Seq || at == head)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// before returns the place where the current file begins. Older files are
// verified by Verify; here their end is enough. A file that begins after a
// broken one says itself what it stands behind.
func (l *Log) before(key []byte) (link, error) {
	if r, ok := firstOf(l.current(), key); ok && r.Event == Broken {
		return link{r.Seq - 1, r.Prev}, nil
	}
	all, err := l.files()
	if err != nil || len(all) < 2 {
		return origin, err
	}
	return lastOf(all[len(all)-2])
}

// firstOf returns the first line of a file, if it is a right one.
func firstOf(path string, key []byte) (Record, bool) {
	f, err := os.Open(path)
	if err != nil {
		return Record{}, false
	}
	defer f.Close()
	line, err := bufio.NewReaderSize(f, maxLine+1).ReadSlice('\n')
	if err != nil {
		return Record{}, false
	}
	return open(key, line[:len(line)-1])
}

// begin puts a log that was changed or cut off aside and begins a new file
// behind the head, with a line that says so: the counter goes on, and every
// later Verify still finds the wrong place.
func (l *Log) begin(key []byte, head link, s scanned) (link, error) {
	last := max(head.Seq, s.at.Seq)
	aside := l.older(last)
	for i := 'k'; exists(aside); i++ { // no file of the log is written over; this one sorts behind it
		aside = strings.TrimSuffix(l.older(last), ".jsonl") + "." + string(i) + ".jsonl"
	}
	if err := os.Rename(l.current(), aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return link{}, err
	}
	return l.write(key, link{last, head.Hash}, Entry{Event: Broken, Detail: "acknowledged lines are missing or changed"})
}

// write puts lines on the disk, then the head.
func (l *Log) write(key []byte, at link, entries ...Entry) (link, error) {
	next := at
	var lines []byte
	for _, e := range entries {
		r := Record{Seq: next.Seq + 1, Time: l.now().Format("2006-01-02T15:04:05.000Z07:00"), User: osUser(), Entry: e, Prev: next.Hash}
		line, err := seal(key, r)
		if err != nil {
			return at, err
		}
		if len(line) > maxLine {
			return at, errors.New("the line is too long")
		}
		next = link{r.Seq, hashOf(line)}
		lines = append(append(lines, line...), '\n')
	}
	f, err := os.OpenFile(l.current(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return at, err
	}
	_, err = f.Write(lines)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return at, err
	}
	return next, l.keys.acknowledge(key, next)
}
