//go:build !windows

package config

import "context"

// Watch has nothing to tell of: the administrator's files are watched as files are.
func (p Place) Watch(context.Context, func()) error { return nil }
