// Package truststores puts one certificate authority into the trust stores of
// this user, and takes exactly it out again: the Root store of the Windows user,
// the macOS login keychain, and on Linux, where a user has no system store, the
// NSS databases of Chromium and its kin (installed, snap and flatpak). Firefox is
// served by a file in the folder that its policy Certificates.Install looks into
// (agent/browsers writes that policy); what it took over is taken out of its
// profiles.
//
// A certificate is found by its bytes, never by its name alone, so that nothing
// of anybody else's is ever removed. Nothing here needs or uses an
// administrator's rights.
//
// NSS is spoken to by its own program certutil (Debian's libnss3-tools), the
// macOS keychain by security(1), Windows by crypt32. What may not live here:
// which authority, and when.
package truststores
