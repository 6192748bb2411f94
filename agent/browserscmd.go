package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"chipid/agent/browsers"
	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/consent"
	"chipid/agent/doctor"
)

// browsersCommand is `chipid-agent browsers policies`.
var browsersCommand = dispatch("browsers", map[string]sub{
	"policies": dispatch("browsers", map[string]sub{"install": installPolicies, "remove": removePolicies, "show": showPolicies}),
})

// policyRoot is below what the browsers' files of policies lie.
func policyRoot() string {
	if runtime.GOOS == "windows" {
		return ""
	}
	return "/"
}

// configuredOrigins are the pages that the configuration, its policy and the
// administrator's signed grants name.
func (s settings) configuredOrigins() []string {
	all := slices.Clone(s.List(config.Origins))
	if admin, err := s.signed(); err == nil {
		for _, g := range admin.List() {
			if g.Origin != "" && !slices.Contains(all, g.Origin) {
				all = append(all, g.Origin)
			}
		}
	}
	return all
}

// policyOrigins reads the arguments of install and show: the configured origins,
// and those of --origin, each with commas between several.
func (r *request) policyOrigins(args []string) (origins []string, code int, done bool) {
	var given list
	r.set.Var(&given, "origin", "")
	if code, done := r.read(args, 0); done {
		return nil, code, true
	}
	origins = r.configuredOrigins()
	for _, each := range given {
		for text := range strings.SplitSeq(each, ",") {
			if text = strings.TrimSpace(text); text != "" && !slices.Contains(origins, text) {
				origins = append(origins, text)
			}
		}
	}
	for _, text := range origins {
		if _, err := consent.ParseOrigin(text); err != nil {
			return nil, r.wrong(catalogue.OriginInvalid, err.Error()), true
		}
	}
	return origins, 0, false
}

// installPolicies is `browsers policies install`.
func installPolicies(_ context.Context, c console, args []string) int {
	r := c.newRequest("browsers")
	origins, code, done := r.policyOrigins(args)
	if done {
		return code
	}
	places, err := browsers.Install(policyRoot(), origins)
	return r.policies(places, err)
}

// removePolicies is `browsers policies remove`.
func removePolicies(_ context.Context, c console, args []string) int {
	r := c.newRequest("browsers")
	if code, done := r.read(args, 0); done {
		return code
	}
	places, err := browsers.Remove(policyRoot())
	return r.policies(places, err)
}

// showPolicies is `browsers policies show`.
func showPolicies(_ context.Context, c console, args []string) int {
	r := c.newRequest("browsers")
	origins, code, done := r.policyOrigins(args)
	if done {
		return code
	}
	places, err := browsers.Show(policyRoot(), origins)
	return r.policies(places, err)
}

// policies says what the browsers' policies are now.
func (r *request) policies(places []browsers.Place, err error) int {
	switch {
	case errors.Is(err, browsers.ErrRights):
		return r.wrong(catalogue.PoliciesRights, "")
	case errors.Is(err, browsers.ErrSystem):
		return r.wrong(catalogue.PoliciesSystem, "")
	case err != nil:
		return r.wrong(catalogue.PoliciesFailed, err.Error())
	case r.json:
		return r.print(map[string][]browsers.Place{"browsers": places})
	}
	for _, p := range places {
		fmt.Fprintf(r.out, "%-16s %s\n", p.Browser, strings.Join(p.Origins, " "))
		for _, none := range p.Missing {
			fmt.Fprintf(r.out, "%16s – %s\n", "", none)
		}
		if p.Overruled != "" {
			fmt.Fprintf(r.out, "%16s ! %s\n", "", p.Overruled)
		}
	}
	return 0
}

// browserFacts is what doctor wants to know of the browsers that are installed.
func (s settings) browserFacts() (doctor.Browsers, error) {
	b := doctor.Browsers{Origins: s.configuredOrigins()}
	places, err := browsers.Show(policyRoot(), b.Origins)
	for _, p := range places {
		if !p.Installed {
			continue
		}
		b.Installed = append(b.Installed, p.Browser)
		switch {
		case p.Overruled != "":
			b.Overruled = append(b.Overruled, p.Browser)
		case len(p.Missing) > 0:
			b.Missing = append(b.Missing, p.Browser)
		}
	}
	return b, err
}
