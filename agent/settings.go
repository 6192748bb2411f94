package main

import (
	"errors"
	"flag"
	"os"

	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/consent"
	"time"
)

// fileFlags are the options that every command has which uses the agent's files.
type fileFlags struct{ config, state string }

func newFileFlags(set *flag.FlagSet) *fileFlags {
	f := &fileFlags{}
	set.StringVar(&f.config, "config", "", "")
	set.StringVar(&f.state, "state", "", "")
	return f
}

// settings are a configuration with its places.
type settings struct {
	*config.Config
	places config.Places
	admin  config.Place
	flags  map[string]any
	// policyProblem says why the administrator's policy is not used.
	policyProblem error
}

// load reads the configuration; flags are the options given, by key.
func (f *fileFlags) load(flags map[string]any) (settings, error) {
	s := settings{admin: config.AdminPlace(), flags: flags}
	var err error
	if s.places, err = config.Locate(f.config, f.state); err != nil {
		return s, err
	}
	return s.again()
}

// again reads everything anew.
func (s settings) again() (settings, error) {
	policy, problem := s.admin.Policy()
	s.policyProblem = problem
	var err error
	s.Config, err = config.Load(config.Inputs{File: s.places.File, Required: s.places.Required, Env: os.LookupEnv, Flags: s.flags, Policy: policy})
	return s, err
}

// auditOptions are those of the audit log.
func (s settings) auditOptions() audit.Options {
	return audit.Options{MaxBytes: int64(s.Int(config.AuditMiB)) << 20, PseudonymAge: time.Duration(s.Int(config.PseudonymDays)) * 24 * time.Hour}
}

func (s settings) audit() *audit.Log { return audit.Open(s.places.State, s.auditOptions()) }

func (s settings) store() *consent.Store { return consent.NewStore(s.places.In("grants.json")) }

// grantsFile is where the administrator's signed grants lie.
func (s settings) grantsFile() string {
	if path := s.Text(config.AdminGrants); path != "" {
		return path
	}
	return s.admin.Grants()
}

// signed opens the administrator's grants. The error says why they are not used.
func (s settings) signed() (*consent.Admin, error) {
	key, err := s.admin.Key()
	admin, keyErr := consent.NewAdmin(s.grantsFile(), key.Text)
	return admin, errors.Join(err, keyErr)
}

// control is the socket of the running agent.
func (s settings) control() string { return s.places.In("control.sock") }

// failFiles says why the agent's files cannot be used.
func (c console) failFiles(err error, lang string, asJSON bool) int {
	code := catalogue.StateUnusable
	switch {
	case errors.Is(err, config.ErrInvalid):
		code = catalogue.ConfigInvalid
	case errors.Is(err, audit.ErrUnwritable):
		code = catalogue.AuditUnwritable
	}
	return c.fail(code, err.Error(), lang, asJSON)
}
