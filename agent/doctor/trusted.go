package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Trust is what is known of the store of root certificates.
type Trust struct {
	// Anchors counts the certificates, Valid those that are valid now.
	Anchors, Valid int
	// Synthetic: a test certificate is among them.
	Synthetic bool
	// Updated is when a file of the store was written last; zero if unknown.
	Updated time.Time
}

// StaleTrust is after how long without a change the store counts as old: CRLs
// of document signers come at least every 90 days (Doc 9303-12 §7.2).
const StaleTrust = 90 * 24 * time.Hour

func (e *exam) trust(context.Context) (Check, bool) {
	if e.Trust == nil {
		return none()
	}
	t, err := e.Trust()
	detail := fmt.Sprintf("%d/%d", t.Valid, t.Anchors)
	if !t.Updated.IsZero() {
		detail += ", " + t.Updated.UTC().Format(time.DateOnly)
	}
	switch {
	case err != nil:
		return e.found("trust", "unreadable", Error, "")
	case t.Anchors == 0:
		return e.found("trust", "none", Warning, detail)
	case t.Valid == 0:
		return e.found("trust", "ended", Error, detail)
	case t.Synthetic:
		return e.found("trust", "synthetic", Warning, detail)
	case !t.Updated.IsZero() && e.Now().Sub(t.Updated) > StaleTrust:
		return e.found("trust", "old", Warning, detail)
	}
	return e.found("trust", "ok", OK, detail)
}

// Certificates is what is known of wss.
type Certificates struct {
	// End is when the last leaf ends, Due whether a new authority is wanted.
	End time.Time
	Due bool
	// Valid: a leaf is valid now.
	Valid bool
	// Missing names the trust stores that lack the authority, Stores all of them.
	Missing, Stores []string
}

// ErrNoStore: there is no trust store that this user could write.
var ErrNoStore = errors.New("doctor: no trust store")

func (e *exam) certificates(ctx context.Context) (Check, bool) {
	if e.Certificates == nil {
		return none()
	}
	c, err := e.Certificates(ctx)
	end := c.End.UTC().Format(time.DateOnly)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return e.found("certificates", "off", Off, "")
	case errors.Is(err, ErrNoStore):
		return e.found("certificates", "noRights", Off, "")
	case err != nil:
		return e.found("certificates", "broken", Error, "")
	case !c.Valid:
		return e.found("certificates", "ended", Error, end)
	case len(c.Missing) > 0:
		return e.found("certificates", "untrusted", Warning, strings.Join(c.Missing, ", "))
	case c.Due:
		return e.found("certificates", "due", Warning, end)
	}
	return e.found("certificates", "ok", OK, end)
}

// Browsers is what is known of the browsers' policies on local networks.
type Browsers struct {
	// Origins are the pages that are configured.
	Origins []string
	// Missing names the installed browsers that lack the policy for one of them,
	// Overruled those where another policy stands against it.
	Missing, Overruled []string
	// Installed names the browsers that were found.
	Installed []string
}

func (e *exam) browsers(context.Context) (Check, bool) {
	if e.Browsers == nil {
		return none()
	}
	b, err := e.Browsers()
	switch {
	case err != nil:
		return e.found("browsers", "unknown", Unknown, "")
	case len(b.Origins) == 0:
		return e.found("browsers", "noOrigins", Off, "")
	case len(b.Overruled) > 0:
		return e.found("browsers", "overruled", Warning, strings.Join(b.Overruled, ", "))
	case len(b.Missing) > 0:
		return e.found("browsers", "missing", Warning, strings.Join(b.Missing, ", "))
	}
	return e.found("browsers", "ok", OK, strings.Join(b.Installed, ", "))
}
