// Package config says where the agent's files lie and what it is set to.
//
// A setting comes from the first of these that names it: the administrator's
// policy file, the command line, the environment, the user's TOML file, the
// default. [Keys] is the schema; docs/configuration.md and the JSON Schema beside
// it are generated from it. A key that is not in it is an error that names the
// nearest one: a setting that is silently ignored is one that somebody relies on.
//
// The administrator's files count only where ordinary users cannot write: /etc/chipid
// on Linux, /Library/Application Support/chipid on macOS, HKLM on Windows
// ([Place]). A user's file never stands in for them.
//
// What may not live here: what the settings do.
package config
