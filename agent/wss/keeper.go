package wss

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"chipid/agent/durable"
	"chipid/agent/localca"
	"chipid/agent/truststores"
)

// ErrNoStore: the authority could be put into no trust store. Nothing was kept;
// plain ws goes on.
var ErrNoStore = errors.New("wss: no trust store of this user could be used")

// Files in the keeper's folder, and the bound of the list.
const (
	leavesName      = "leaves.pem"
	authoritiesName = "authorities.pem"
	lockName        = "wss.lock"
	maxAuthorities  = 256 << 10
)

// Keeper keeps one user's set of certificates. Its methods may be called from
// many goroutines and processes.
type Keeper struct {
	dir    string
	stores []truststores.Store
	now    func() time.Time

	mu     sync.Mutex
	stamp  durable.Stamp
	loaded bool
	set    *localca.Set
	err    error
}

// Open keeps the files in dir, which may be missing. now may be nil for the
// system's clock.
func Open(dir string, stores []truststores.Store, now func() time.Time) *Keeper {
	if now == nil {
		now = time.Now
	}
	return &Keeper{dir: dir, stores: stores, now: now}
}

// Dir is the keeper's folder.
func (k *Keeper) Dir() string { return k.dir }

// LeavesFile is the file that changes with the set.
func (k *Keeper) LeavesFile() string { return filepath.Join(k.dir, leavesName) }

func (k *Keeper) authoritiesFile() string { return filepath.Join(k.dir, authoritiesName) }

// Set returns the set in force: fs.ErrNotExist if there is none.
func (k *Keeper) Set() (*localca.Set, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	stamp := durable.StampOf(k.LeavesFile())
	if !k.loaded || !stamp.Same(k.stamp) {
		k.stamp, k.loaded = stamp, true
		k.set, k.err = k.read()
	}
	return k.set, k.err
}

func (k *Keeper) read() (*localca.Set, error) {
	b, err := durable.ReadSecret(k.LeavesFile())
	if err != nil {
		return nil, err
	}
	defer clear(b)
	return localca.Parse(b)
}

// Certificate is tls.Config.GetCertificate: the leaf whose turn it is now. A set
// that was renewed is served from the next handshake on.
func (k *Keeper) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	set, err := k.Set()
	if err != nil {
		return nil, err
	}
	leaf, err := set.At(k.now())
	if err != nil {
		return nil, err
	}
	return leaf.TLS(), nil
}

// Result says what became of each store.
type Result struct {
	Store string `json:"store"`
	OK    bool   `json:"ok"`
	Why   string `json:"why,omitempty"`
	err   error
}

// Install issues an authority if there is none and puts it into every store;
// with an authority there it mends what is missing. ErrNoStore if no store took it.
func (k *Keeper) Install(ctx context.Context) ([]Result, error) {
	return k.locked(func() ([]Result, error) {
		set, err := k.read()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return k.begin(ctx)
		case err != nil:
			return nil, err
		}
		results := k.each(func(s truststores.Store) error { return s.Install(ctx, set.CA) })
		return results, took(results)
	})
}

// Renew puts a new authority in the place of one that is due, or of any with
// force: the new one comes into the stores first, then its leaves are served,
// then the old one goes. Without a set nothing happens (fs.ErrNotExist).
func (k *Keeper) Renew(ctx context.Context, force bool) (renewed bool, results []Result, err error) {
	results, err = k.locked(func() ([]Result, error) {
		set, err := k.read()
		if err != nil && !(force && errors.Is(err, localca.ErrSet)) {
			return nil, err
		}
		if err == nil && !force && !set.Due(k.now()) {
			return nil, k.sweep(ctx, set.CA)
		}
		results, err := k.begin(ctx)
		if err != nil {
			return results, err
		}
		renewed = true
		set, err = k.read()
		if err != nil {
			return results, err
		}
		return results, k.sweep(ctx, set.CA)
	})
	return renewed, results, err
}

// begin issues an authority, puts it into the stores and lets its leaves serve.
func (k *Keeper) begin(ctx context.Context) ([]Result, error) {
	set, err := localca.Issue(k.now())
	if err != nil {
		return nil, err
	}
	if err := k.note(set.CA); err != nil {
		return nil, err
	}
	results := k.each(func(s truststores.Store) error { return s.Install(ctx, set.CA) })
	if err := took(results); err != nil {
		return results, errors.Join(err, k.takeOut(ctx, set.CA))
	}
	secret, err := set.PEM()
	if err != nil {
		return results, err
	}
	defer clear(secret)
	if err := durable.WriteSecret(k.LeavesFile(), secret); err != nil {
		return results, errors.Join(err, k.takeOut(ctx, set.CA))
	}
	return results, nil
}

// Remove takes everything away: the leaves first, so that nothing is served that
// is not trusted, then every authority that was ever put into a store.
func (k *Keeper) Remove(ctx context.Context) ([]Result, error) {
	results, err := k.locked(func() ([]Result, error) {
		if err := os.Remove(k.LeavesFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		all, err := k.noted()
		if err != nil {
			return nil, err
		}
		results := k.each(func(s truststores.Store) error {
			var errs []error
			for _, ca := range all {
				errs = append(errs, s.Remove(ctx, ca))
			}
			return errors.Join(errs...)
		})
		return results, failed(results)
	})
	if err != nil {
		return results, err
	}
	for _, path := range []string{k.authoritiesFile(), filepath.Join(k.dir, lockName), k.dir} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return results, err
		}
	}
	return results, nil
}

// locked does something while no other process does.
func (k *Keeper) locked(do func() ([]Result, error)) ([]Result, error) {
	if err := durable.Dir(k.dir); err != nil {
		return nil, err
	}
	unlock, err := durable.Lock(filepath.Join(k.dir, lockName))
	if err != nil {
		return nil, err
	}
	defer unlock()
	durable.Sweep(k.LeavesFile())
	durable.Sweep(k.authoritiesFile())
	return do()
}

// each does something with every store.
func (k *Keeper) each(do func(truststores.Store) error) []Result {
	results := make([]Result, 0, len(k.stores))
	for _, s := range k.stores {
		err := do(s)
		r := Result{Store: s.Name(), OK: err == nil, err: err}
		if err != nil {
			r.Why = err.Error()
		}
		results = append(results, r)
	}
	return results
}

// took fails unless a store took the authority. Firefox' folder alone does not
// count: without the policy nobody looks into it.
func took(results []Result) error {
	var errs []error
	for _, r := range results {
		if r.OK && !isFirefox(r.Store) {
			return nil
		}
		errs = append(errs, r.err)
	}
	return fmt.Errorf("%w: %w", ErrNoStore, errors.Join(errs...))
}

func failed(results []Result) error {
	var errs []error
	for _, r := range results {
		errs = append(errs, r.err)
	}
	return errors.Join(errs...)
}

func isFirefox(store string) bool { return len(store) > 8 && store[:8] == "firefox:" }

// noted returns the authorities that are in stores, or may be.
func (k *Keeper) noted() ([]*x509.Certificate, error) {
	b, err := durable.Read(k.authoritiesFile(), maxAuthorities)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []*x509.Certificate
	for {
		block, rest := pem.Decode(b)
		if block == nil {
			return all, nil
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("wss: %s: %w", authoritiesName, err)
		}
		all = append(all, c)
		b = rest
	}
}

// note writes an authority down before it goes into a store.
func (k *Keeper) note(ca *x509.Certificate) error {
	all, err := k.noted()
	if err != nil {
		return err
	}
	return k.writeNotes(append(all, ca))
}

func (k *Keeper) writeNotes(all []*x509.Certificate) error {
	var b []byte
	for _, c := range all {
		b = append(b, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return durable.Write(k.authoritiesFile(), b)
}

// takeOut takes one authority out of every store and crosses it out.
func (k *Keeper) takeOut(ctx context.Context, ca *x509.Certificate) error {
	if err := failed(k.each(func(s truststores.Store) error {
		err := s.Remove(ctx, ca)
		if errors.Is(err, truststores.ErrTool) {
			return nil // what could never come in need not go out
		}
		return err
	})); err != nil {
		return err
	}
	all, err := k.noted()
	if err != nil {
		return err
	}
	return k.writeNotes(slices.DeleteFunc(all, func(c *x509.Certificate) bool { return c.Equal(ca) }))
}

// sweep takes out every authority but the one in force: those that a renewal
// replaced, or that one which was cut off left behind.
func (k *Keeper) sweep(ctx context.Context, inForce *x509.Certificate) error {
	all, err := k.noted()
	if err != nil {
		return err
	}
	var errs []error
	for _, ca := range all {
		if !ca.Equal(inForce) {
			errs = append(errs, k.takeOut(ctx, ca))
		}
	}
	return errors.Join(errs...)
}
