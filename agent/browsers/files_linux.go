package browsers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Places of policies, below a root that is "/" but in tests.
const (
	ourFile    = "chipid.json"
	firefoxDir = "etc/firefox/policies"
	recordFile = "var/lib/chipid/browser-policies.json"
	maxPolicy  = 1 << 20 // bytes
)

// kin are Chromium and those made from it, with the folders of their managed
// policies and the programs by which they are known.
var kin = []struct {
	name, dir string
	programs  []string
}{
	{"chromium", "etc/chromium/policies/managed", []string{"usr/bin/chromium"}},
	{"chromium (snap)", "etc/chromium-browser/policies/managed", []string{"snap/bin/chromium"}},
	{"chrome", "etc/opt/chrome/policies/managed", []string{"usr/bin/google-chrome", "usr/bin/google-chrome-stable", "opt/google/chrome/chrome"}},
	{"edge", "etc/opt/edge/policies/managed", []string{"usr/bin/microsoft-edge", "usr/bin/microsoft-edge-stable"}},
	{"brave", "etc/brave/policies/managed", []string{"usr/bin/brave-browser", "snap/bin/brave"}},
}

var firefoxPrograms = []string{"usr/bin/firefox", "usr/bin/firefox-esr", "snap/bin/firefox"}

// record is what was written, so that just that goes out again.
type record struct {
	// Files are those that are ours alone, with the SHA-256 of what we wrote.
	Files map[string]string `json:"files"`
	// Dirs are the folders that we made, the deepest last.
	Dirs    []string `json:"dirs"`
	Firefox *shared  `json:"firefox,omitempty"`
}

// shared is what we did to Firefox' file.
type shared struct {
	// Before is the file as it was, null if there was none; After the SHA-256 of what
	// we made of it.
	Before []byte `json:"before"`
	After  string `json:"after"`
	// Domains and Certificates are what we added.
	Domains      []string `json:"domains"`
	Certificates []string `json:"certificates"`
}

// disk is the file system below a root.
type disk struct {
	root   string
	record record
}

func (d *disk) path(name string) string { return filepath.Join(d.root, name) }

// open reads the record.
func open(root string) (*disk, error) {
	d := &disk{root: root, record: record{Files: map[string]string{}}}
	b, err := read(d.path(recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &d.record)
	}
	if d.record.Files == nil {
		d.record.Files = map[string]string{}
	}
	return d, err
}

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxPolicy {
		return nil, fmt.Errorf("%w: %s is too long", ErrForeign, path)
	}
	return os.ReadFile(path)
}

// write replaces a file that everybody may read, and notes the folders it makes.
func (d *disk) write(name string, b []byte) error {
	var made []string
	for dir := filepath.Dir(name); dir != "."; dir = filepath.Dir(dir) {
		if _, err := os.Stat(d.path(dir)); err == nil {
			break
		}
		made = append([]string{dir}, made...)
	}
	if err := os.MkdirAll(d.path(filepath.Dir(name)), 0o755); err != nil {
		return rights(err)
	}
	for _, dir := range made {
		if !slices.Contains(d.record.Dirs, dir) {
			d.record.Dirs = append(d.record.Dirs, dir)
		}
	}
	temp := d.path(name) + ".chipid-new" // no name that a browser would read
	if err := os.WriteFile(temp, b, 0o644); err != nil {
		return rights(err)
	}
	return rights(os.Rename(temp, d.path(name)))
}

// keep writes the record, or takes it away when nothing is ours any more.
func (d *disk) keep() error {
	if len(d.record.Files) == 0 && d.record.Firefox == nil {
		if err := os.Remove(d.path(recordFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return rights(err)
		}
		for _, dir := range slices.Backward(d.record.Dirs) {
			_ = os.Remove(d.path(dir)) // stays if others have files there
		}
		return nil
	}
	b, err := json.MarshalIndent(d.record, "", "  ")
	if err != nil {
		return err
	}
	return d.write(recordFile, append(b, '\n'))
}

func rights(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: %w", ErrRights, err)
	}
	return err
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// Install allows the origins in every browser's policies, in the place of what
// was installed before. The second answer is about each place.
func Install(root string, origins []string) ([]Place, error) {
	urls, err := patterns(origins)
	if err != nil {
		return nil, err
	}
	names, err := hosts(origins)
	if err != nil {
		return nil, err
	}
	if _, err := Remove(root); err != nil {
		return nil, err
	}
	if len(origins) == 0 {
		return Show(root, nil)
	}
	d, err := open(root)
	if err != nil {
		return nil, err
	}
	if err := d.keepBefore(); err != nil {
		return nil, err
	}
	var errs []error
	for _, k := range kin {
		errs = append(errs, d.allow(k.dir, urls))
	}
	errs = append(errs, d.allowFirefox(names), d.keep())
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return changed(root, origins)
}

// keepBefore writes the record once before anything else, so that a user without
// rights changes nothing at all.
func (d *disk) keepBefore() error { return d.write(recordFile, []byte("{}\n")) }

// allow writes our file into a folder of policies, unless another file there
// says something of the same setting.
func (d *disk) allow(dir string, urls []string) error {
	if against(d.path(dir)) != "" {
		return nil
	}
	b, err := object{allowed: urls}.text()
	if err != nil {
		return err
	}
	name := filepath.Join(dir, ourFile)
	d.record.Files[name] = sum(b)
	if err := d.keep(); err != nil { // noted before it is there
		return err
	}
	return d.write(name, b)
}

// against names the file in a folder of policies that says something of our
// setting or its rivals.
func against(dir string) string {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return ""
	}
	for _, file := range files {
		if filepath.Base(file) == ourFile {
			continue
		}
		b, err := read(file)
		if err != nil {
			continue
		}
		o, err := parseObject(b)
		if err != nil {
			continue // Chromium does not read it either
		}
		for _, name := range append([]string{allowed}, rivals...) {
			if _, there := o[name]; there {
				return file
			}
		}
	}
	return ""
}

// allowFirefox adds our entries to Firefox' file.
func (d *disk) allowFirefox(names []string) error {
	file := filepath.Join(firefoxDir, "policies.json")
	before, err := read(d.path(file))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return rights(err)
	}
	o, err := parseObject(before)
	if err != nil {
		return nil // Show says so
	}
	s := &shared{Before: before}
	if s.Domains, err = skipDomains.addTo(o, names); err != nil {
		return nil
	}
	if s.Certificates, err = certificate.addTo(o, []string{CertificateFile}); err != nil {
		return nil
	}
	after, err := o.text()
	if err != nil {
		return err
	}
	s.After = sum(after)
	d.record.Firefox = s
	if err := d.keep(); err != nil {
		return err
	}
	return d.write(file, after)
}

// Remove takes out what Install wrote.
func Remove(root string) ([]Place, error) {
	d, err := open(root)
	if err != nil {
		return nil, err
	}
	before, err := Show(root, nil)
	if err != nil {
		return nil, err
	}
	var errs []error
	for name := range d.record.Files {
		err := os.Remove(d.path(name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, rights(err))
			continue
		}
		delete(d.record.Files, name)
	}
	if d.record.Firefox != nil {
		if err := d.restoreFirefox(); err != nil {
			errs = append(errs, err)
		} else {
			d.record.Firefox = nil
		}
	}
	errs = append(errs, d.keep())
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	after, err := Show(root, nil)
	return markChanged(before, after), err
}

// restoreFirefox puts the file back as it was, or takes our entries out of what
// somebody has made of it since.
func (d *disk) restoreFirefox() error {
	file := d.path(filepath.Join(firefoxDir, "policies.json"))
	now, err := read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return rights(err)
	}
	s := d.record.Firefox
	if sum(now) == s.After {
		return d.putBack(file, s.Before)
	}
	o, err := parseObject(now)
	if err != nil {
		return err
	}
	skipDomains.takeFrom(o, s.Domains)
	certificate.takeFrom(o, s.Certificates)
	if len(o) == 0 && s.Before == nil {
		return rights(os.Remove(file))
	}
	b, err := o.text()
	if err != nil {
		return err
	}
	return d.putBack(file, b)
}

// putBack writes what Firefox' file was, nil for none.
func (d *disk) putBack(file string, b []byte) error {
	if b == nil {
		return rights(os.Remove(file))
	}
	name, err := filepath.Rel(d.root, file)
	if err != nil {
		return err
	}
	return d.write(name, b)
}
