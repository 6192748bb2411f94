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
	// problem says why the user's file or environment is not used, policyProblem why
	// the administrator's policy is not.
	problem, policyProblem error
}

// load reads the configuration; flags are the options given, by key.
func (f *fileFlags) load(flags map[string]any) (settings, error) {
	s, err := f.locate(flags)
	if err != nil {
		return s, err
	}
	return s.again()
}

// locate finds the places, and reads nothing yet.
func (f *fileFlags) locate(flags map[string]any) (settings, error) {
	s := settings{admin: config.AdminPlace(), flags: flags}
	var err error
	s.places, err = config.Locate(f.config, f.state)
	return s, err
}

// again reads everything anew.
func (s settings) again() (settings, error) {
	in := s.inputs()
	var err error
	s.Config, err = config.Load(in)
	return s, err
}

// inputs are what the settings are made of now.
func (s *settings) inputs() config.Inputs {
	policy, problem := s.admin.Policy()
	s.policyProblem = problem
	return config.Inputs{File: s.places.File, Required: s.places.Required, Env: os.Environ(), Flags: s.flags, Policy: policy}
}

// spared reads everything anew and leaves out what is wrong, and says so in
// problem and policyProblem: for whoever has to tell people what is wrong.
func (s settings) spared() settings {
	in := s.inputs()
	s.problem = nil
	for {
		var err error
		if s.Config, err = config.Load(in); err == nil {
			return s
		}
		var fault *config.Fault
		switch errors.As(err, &fault); fault.Source {
		case config.FromPolicy:
			in.Policy, s.policyProblem = config.Trusted{}, err
		case config.FromFile:
			in.File, in.Required = "", false
			s.problem = errors.Join(s.problem, err)
		default:
			in.Env, s.problem = nil, errors.Join(s.problem, err)
		}
	}
}

// auditOptions are those of the audit log.
func (s settings) auditOptions() audit.Options {
	return audit.Options{MaxBytes: int64(s.Int(config.AuditMiB)) << 20, PseudonymAge: time.Duration(s.Int(config.PseudonymDays)) * 24 * time.Hour}
}

func (s settings) audit() *audit.Log { return audit.Open(s.places.State, s.auditOptions()) }

func (s settings) store() *consent.Store { return consent.NewStore(s.places.In("grants.json")) }

// grantsFile is where the administrator's signed grants lie. Only the policy may name
// another place: whoever could, could put an older file in force again.
func (s settings) grantsFile() string {
	if path := s.Text(config.AdminGrants); path != "" && s.Source(config.AdminGrants) == config.FromPolicy {
		return path
	}
	return s.admin.Grants()
}

// grants tells whether origins of that source are admitted. What the user's own file or
// environment names grants nothing: nobody has been asked.
func grants(source config.Source) bool {
	return source == config.FromFlag || source == config.FromPolicy
}

// named are the origins that are admitted for this run.
func (s settings) named() (*consent.Run, error) {
	texts := s.List(config.Origins)
	switch source := s.Source(config.Origins); {
	case source == config.FromPolicy:
		return consent.NewPolicy(texts...)
	case !grants(source):
		_, err := consent.NewRun(texts...) // a mistake is said all the same
		return &consent.Run{}, err
	}
	return consent.NewRun(texts...)
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
