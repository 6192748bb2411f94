//go:build !linux

package awake

import "context"

// Watch returns when ctx ends; see the package comment.
func Watch(ctx context.Context, _ func()) error {
	<-ctx.Done()
	return nil
}
