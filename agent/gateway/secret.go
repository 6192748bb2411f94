package gateway

import (
	"errors"
	"io"
	"reflect"
)

// firstRead is how many bytes a message is expected to have.
const firstRead = 1 << 10

// readSecret reads a message of at most limit bytes whole, and leaves no other copy
// of it: io.ReadAll leaves a piece behind each time it takes a longer slice.
func readSecret(r io.Reader, limit int) ([]byte, error) {
	b := make([]byte, 0, firstRead)
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			clear(b)
			return nil, err
		}
		if len(b) > limit {
			clear(b)
			return nil, io.ErrShortBuffer // the library's own limit strikes before
		}
		if len(b) == cap(b) {
			longer := append(make([]byte, 0, min(2*cap(b), limit+1)), b...)
			clear(b)
			b = longer
		}
	}
}

// wiped is a websocket.BufferPool that overwrites what it gets and keeps nothing:
// the library copies the beginning of each message into such a buffer, and would
// keep it for the next one.
type wiped struct{}

// Get implements websocket.BufferPool: none is kept.
func (wiped) Get() any { return nil }

// Put implements websocket.BufferPool. What the library hands over is a type of its
// own around a slice.
func (wiped) Put(v any) {
	if s := reflect.ValueOf(v); s.Kind() == reflect.Struct && s.NumField() == 1 && s.Field(0).Kind() == reflect.Slice && s.Field(0).Type().Elem().Kind() == reflect.Uint8 {
		clear(s.Field(0).Bytes())
	}
}
