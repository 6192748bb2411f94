package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"chipid/verifier/store"
	"chipid/verifier/tenant"
)

// withStore opens the database, brings its tables up, and works on it.
func (c console) withStore(ctx context.Context, address string, work func(*store.Store) error) int {
	s, err := store.Open(address)
	if err != nil {
		return c.fail(err)
	}
	defer s.Close()
	if err := s.Migrate(ctx); err != nil {
		return c.fail(err)
	}
	if err := work(s); err != nil {
		return c.fail(err)
	}
	return exitOK
}

// tenantAdd is `chipid-verifier tenant add`. The API key goes to stdout alone.
func tenantAdd(ctx context.Context, c console, args []string) int {
	set, database := newFlags("tenant add")
	var origins, purposes list
	set.Var(&origins, "origin", "")
	set.Var(&purposes, "purpose", "")
	rate := set.Float64("rate", tenant.DefaultRate, "")
	burst := set.Float64("burst", tenant.DefaultBurst, "")
	days := set.Float64("keep-days", tenant.DefaultKeep.Hours()/24, "")
	bundles := set.Bool("keep-bundles", false, "")
	words, code, done := c.parse(set, args, 1)
	if done {
		return code
	}
	t, err := tenant.New(words[0], origins, purposes, *rate, *burst, time.Duration(*days*24*float64(time.Hour)))
	if err != nil {
		return c.usage(err.Error())
	}
	t.KeepBundles = *bundles
	key, hash := tenant.NewKey()
	return c.withStore(ctx, *database, func(s *store.Store) error {
		if err := s.AddTenant(ctx, t, hash); err != nil {
			return err
		}
		c.showKey(key)
		return nil
	})
}

// showKey shows a key for the one time that it can be shown.
func (c console) showKey(key string) {
	fmt.Fprintln(c.err, "Khóa API, chỉ hiện một lần; hãy cất vào nơi giữ bí mật của hệ thống. / The API key, shown this once; keep it with your system's secrets.")
	fmt.Fprintln(c.out, key)
}

func tenantList(ctx context.Context, c console, args []string) int {
	set, database := newFlags("tenant list")
	if _, code, done := c.parse(set, args, 0); done {
		return code
	}
	return c.withStore(ctx, *database, func(s *store.Store) error {
		all, err := s.Tenants(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(c.out, 0, 8, 2, ' ', 0)
		fmt.Fprintln(w, "NAME\tORIGINS\tPURPOSES\tRATE\tBURST\tKEPT\tBUNDLES")
		for _, t := range all {
			purposes := strings.Join(t.Purposes, " | ")
			if purposes == "" {
				purposes = "*"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%g/s\t%g\t%v\t%t\n", t.Name, strings.Join(t.Origins, " "), purposes, t.Rate, t.Burst, t.Keep, t.KeepBundles)
		}
		return w.Flush()
	})
}

func tenantRemove(ctx context.Context, c console, args []string) int {
	set, database := newFlags("tenant remove")
	words, code, done := c.parse(set, args, 1)
	if done {
		return code
	}
	return c.withStore(ctx, *database, func(s *store.Store) error { return s.RemoveTenant(ctx, words[0]) })
}

// tenantKey adds a key, so that an old one can be replaced without an interruption.
func tenantKey(ctx context.Context, c console, args []string) int {
	set, database := newFlags("tenant key")
	drop := set.Bool("drop-others", false, "")
	words, code, done := c.parse(set, args, 1)
	if done {
		return code
	}
	key, hash := tenant.NewKey()
	return c.withStore(ctx, *database, func(s *store.Store) error {
		t, err := s.TenantByName(ctx, words[0])
		if err != nil {
			return err
		}
		if err := s.AddKey(ctx, t.ID, hash); err != nil {
			return err
		}
		if *drop {
			if err := s.DropKeys(ctx, t.ID, hash); err != nil {
				return err
			}
		}
		c.showKey(key)
		return nil
	})
}

func agentAdd(ctx context.Context, c console, args []string) int {
	return setAgent(ctx, c, args, false)
}

func agentRevoke(ctx context.Context, c console, args []string) int {
	return setAgent(ctx, c, args, true)
}

// setAgent enrols or revokes an agent's key, given as the agent shows it: base64url.
func setAgent(ctx context.Context, c console, args []string, revoked bool) int {
	set, database := newFlags("tenant agent")
	label := set.String("label", "", "")
	words, code, done := c.parse(set, args, 2)
	if done {
		return code
	}
	key, err := base64.RawURLEncoding.Strict().DecodeString(words[1])
	if err != nil || len(key) != ed25519.PublicKeySize {
		return c.usage("KEY is the agent's Ed25519 key in base64url, 43 letters")
	}
	return c.withStore(ctx, *database, func(s *store.Store) error {
		t, err := s.TenantByName(ctx, words[0])
		if err != nil {
			return err
		}
		return s.SetAgent(ctx, t.ID, store.Agent{Key: key, Label: *label, Revoked: revoked})
	})
}

func agentList(ctx context.Context, c console, args []string) int {
	set, database := newFlags("tenant agent list")
	words, code, done := c.parse(set, args, 1)
	if done {
		return code
	}
	return c.withStore(ctx, *database, func(s *store.Store) error {
		t, err := s.TenantByName(ctx, words[0])
		if err != nil {
			return err
		}
		all, err := s.Agents(ctx, t.ID)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(c.out, 0, 8, 2, ' ', 0)
		fmt.Fprintln(w, "KEY\tSTATE\tCHANGED\tLABEL")
		for _, a := range all {
			state := map[bool]string{true: "revoked", false: "enrolled"}[a.Revoked]
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", base64.RawURLEncoding.EncodeToString(a.Key), state, a.Changed.Format(time.RFC3339), a.Label)
		}
		return w.Flush()
	})
}

// showAudit tells the newest decisions and refusals.
func showAudit(ctx context.Context, c console, args []string) int {
	set, database := newFlags("audit")
	name := set.String("tenant", "", "")
	lines := set.Int("lines", 100, "")
	if _, code, done := c.parse(set, args, 0); done {
		return code
	}
	return c.withStore(ctx, *database, func(s *store.Store) error {
		all, err := s.Audit(ctx, *name, *lines)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(c.out, 0, 8, 2, ' ', 0)
		for _, line := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", line.At.Format(time.RFC3339), line.Tenant, line.Request, line.What)
		}
		return w.Flush()
	})
}
