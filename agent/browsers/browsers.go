package browsers

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
)

// allowed is the policy of Chromium and its kin (Chrome and Edge since 146): the
// origins that may reach loopback addresses.
const allowed = "LoopbackNetworkAllowedForUrls"

// rivals are policies that block what ours allows, or withdraw what it rests on.
var rivals = []string{"LoopbackNetworkBlockedForUrls", "LocalNetworkAccessBlockedForUrls"}

// CertificateFile is the name that Firefox' policy Certificates.Install gives to the
// file with a user's authority.
const CertificateFile = "chipid-local-ca.pem"

// Errors.
var (
	// ErrRights: this user may not change the computer's policies.
	ErrRights = errors.New("browsers: only an administrator may change policies")
	// ErrSystem: on this system policies are set by a management server alone.
	ErrSystem = errors.New("browsers: this system takes no policies from a program")
	// ErrOrigin: not an https origin, or http on loopback.
	ErrOrigin = errors.New("browsers: not an origin")
	// ErrForeign: a file of others is no JSON object of the form that the browser wants.
	ErrForeign = errors.New("browsers: a policy file of others cannot be read")
)

// Place is what one browser's policies say.
type Place struct {
	Browser string `json:"browser"`
	// Where is the file, or the key of the registry.
	Where string `json:"where"`
	// Installed: the browser was found on this computer.
	Installed bool `json:"installed"`
	// Origins are those allowed there, Missing those asked for that are not.
	Origins []string `json:"origins"`
	Missing []string `json:"missing,omitempty"`
	// Overruled names what stands against ours there, or why it could not be read.
	Overruled string `json:"overruled,omitempty"`
	// Changed: it was written or removed just now.
	Changed bool `json:"changed"`
}

// patterns are the origins as Chromium's lists want them: with their port, since
// without one any port would do.
func patterns(origins []string) ([]string, error) {
	return mapped(origins, func(u *url.URL) string {
		port := u.Port()
		if port == "" {
			port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
		}
		return u.Scheme + "://" + u.Hostname() + ":" + port
	})
}

// hosts are the origins as Firefox' list wants them.
func hosts(origins []string) ([]string, error) {
	return mapped(origins, func(u *url.URL) string { return u.Hostname() })
}

func mapped(origins []string, f func(*url.URL) string) ([]string, error) {
	all := []string{}
	for _, o := range origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
			return nil, fmt.Errorf("%w: %q", ErrOrigin, o)
		}
		if text := f(u); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all, nil
}

// missing are the wanted that are not there.
func missing(wanted, there []string) (none []string) {
	for _, w := range wanted {
		if !slices.Contains(there, w) {
			none = append(none, w)
		}
	}
	return none
}
