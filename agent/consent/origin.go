package consent

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Origin is the web origin of a page in its normal form, as browsers write it
// into the Origin header: lower case, no default port, no path. The zero Origin
// is none. Only [ParseOrigin] makes one, so two Origins are the same page
// exactly if they are equal.
type Origin struct{ text string }

// String returns the normal form.
func (o Origin) String() string { return o.text }

// International tells whether the name holds labels in letters beyond ASCII (xn--, RFC
// 5890 §2.3.2.1). It is shown in that form, never in those letters: they can be made to
// look like another name's.
func (o Origin) International() bool {
	return strings.Contains(o.text, "//xn--") || strings.Contains(o.text, ".xn--")
}

// ErrOrigin: the text is not the normal form of a web origin that may be admitted.
var ErrOrigin = errors.New("consent: not an acceptable origin")

// maxOrigin bounds the text: scheme, a host name of 253 bytes, a port.
const maxOrigin = 8 + 253 + 6

// ParseOrigin accepts only the normal form (RFC 6454 §6.2): what a browser sends
// is already so, and what differs from it is a trick or a mistake. Refused are
// `null`, other schemes than https (and http on loopback, for developers),
// userinfo, paths, upper case, a trailing dot, letters outside ASCII, patterns,
// default or malformed ports and IP addresses in unusual notation.
func ParseOrigin(text string) (Origin, error) {
	if len(text) > maxOrigin {
		return Origin{}, refuse("longer than %d bytes", maxOrigin)
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return Origin{}, refuse("no scheme")
	}
	if strings.ContainsAny(rest, "/?#") {
		return Origin{}, refuse("nothing may follow host and port, not even a slash")
	}
	host, port, err := splitPort(rest)
	if err != nil {
		return Origin{}, err
	}
	if err := checkHost(host); err != nil {
		return Origin{}, err
	}
	switch {
	case scheme == "https" && port == "443", scheme == "http" && port == "80":
		return Origin{}, refuse("port %s is the default of %s and is left out", port, scheme)
	case scheme == "https":
	case scheme == "http" && isLoopback(host):
	case scheme == "http":
		return Origin{}, refuse("http is for pages on this computer only")
	default:
		return Origin{}, refuse("scheme is not https")
	}
	return Origin{text}, nil
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrOrigin, fmt.Sprintf(format, args...))
}

// splitPort takes host[:port] apart; an IPv6 address keeps its brackets.
func splitPort(s string) (host, port string, err error) {
	end := strings.LastIndexByte(s, ':')
	if end < 0 || strings.HasSuffix(s, "]") {
		return s, "", nil
	}
	host, port = s[:end], s[end+1:]
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return "", "", refuse("malformed port")
	}
	return host, port, nil
}

// checkHost accepts a DNS name in lower-case ASCII, a dotted IPv4 address and a
// bracketed IPv6 address, each in normal form.
func checkHost(host string) error {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		return checkIPv6(inner)
	}
	if len(host) == 0 || len(host) > 253 {
		return refuse("host of %d bytes", len(host))
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if err := checkLabel(label); err != nil {
			return err
		}
	}
	if last := labels[len(labels)-1]; last[0] >= '0' && last[0] <= '9' {
		// A last label that begins with a digit is an IPv4 address to browsers, in whatever notation.
		addr, err := netip.ParseAddr(host)
		if err != nil || !addr.Is4() {
			return refuse("malformed IPv4 address")
		}
	}
	return nil
}

func checkIPv6(inner string) error {
	text, ok := strings.CutSuffix(inner, "]")
	addr, err := netip.ParseAddr(text)
	if !ok || err != nil || !addr.Is6() || addr.Is4In6() || addr.Zone() != "" || addr.String() != text {
		return refuse("malformed IPv6 address")
	}
	return nil
}

// checkLabel accepts one part of a DNS name.
func checkLabel(label string) error {
	if label == "" || len(label) > 63 {
		return refuse("empty or overlong part of the host name")
	}
	for _, c := range []byte(label) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return refuse("host is not in lower-case ASCII (write other letters in their xn-- form)")
		}
	}
	return nil
}

// isLoopback tells whether browsers keep the host on this computer.
func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}
