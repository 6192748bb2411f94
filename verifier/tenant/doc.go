// Package tenant says how a back end is let in and what it may ask for: its API
// key, its origins and purposes, the defaults of its limits.
//
// An API key is 256 random bits, so its SHA-256 is all that is kept: there is
// nothing to guess that a slow hash would protect. It is shown once.
//
// What may not live here: HTTP, SQL, evidence.
package tenant
