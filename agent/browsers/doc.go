// Package browsers writes the policies with which browsers let the configured
// pages, and no others, reach an agent on this computer without asking, and takes
// exactly those out again. It needs an administrator's rights.
//
// Chromium and its kin keep public pages from loopback addresses (Local Network
// Access); LoopbackNetworkAllowedForUrls lists origins that may. Firefox has
// LocalNetworkAccess.SkipDomains, and Certificates.Install for the file in which
// each user's authority of wss:// lies. On Linux policies are files under /etc,
// Firefox' one file being shared with whoever else has policies; on Windows they
// are values of the registry.
//
// What was written is recorded beside it, and removal takes what is in the record
// and is still as it was written: a file that nobody changed since is put back
// byte for byte, from any other just our entries are taken. What somebody else
// says of the same setting is never changed; [Show] says that it stands against us.
//
// What may not live here: which origins are configured.
package browsers
