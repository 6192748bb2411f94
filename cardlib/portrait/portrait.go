package portrait

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/lds"
	"chipid/cardlib/portrait/codestream"
)

// Image is an image that browsers show.
type Image struct {
	// MIME is "image/jpeg" or "image/png".
	MIME string
	// Data shares the memory of the chip's image where that passed through.
	Data []byte
	// Width and Height are in pixels.
	Width, Height int
}

// Limits on what passes through, those on JPEG 2000 being in package codestream.
const (
	// MaxBytes is the longest image of the chip, in bytes.
	MaxBytes = codestream.MaxBytes
	// MaxSide and MaxPixels bound the picture, in pixels.
	MaxSide   = codestream.MaxSide
	MaxPixels = codestream.MaxPixels
)

// ErrUnavailable is what every error of this package is.
var ErrUnavailable = errors.New("portrait: photo unavailable")

// Reason says why there is no photo. Reasons are stable.
type Reason string

// The reasons.
const (
	UnknownFormat Reason = "UNKNOWN_FORMAT" // none of JPEG, JPEG 2000, PNG
	Malformed     Reason = "MALFORMED"      // not as its standard wants it
	Truncated     Reason = "TRUNCATED"      // the image ends too early
	TooLarge      Reason = "TOO_LARGE"      // over a limit on pixels, bytes or parts
	Unsupported   Reason = "UNSUPPORTED"    // a form that face images do not have
	TooCostly     Reason = "TOO_COSTLY"     // the decoder took too much time or memory
	DecoderFailed Reason = "DECODER_FAILED" // the decoder could not be started, or crashed
)

// Error is how Render fails; errors.Is(err, [ErrUnavailable]) holds. Its text
// tells nothing of what the image shows.
type Error struct {
	Reason Reason
	// Err is the cause, nil if there is nothing more to say.
	Err error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%v: %s", ErrUnavailable, e.Reason)
	}
	return fmt.Sprintf("%v: %s: %v", ErrUnavailable, e.Reason, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is tells that every Error is an ErrUnavailable.
func (e *Error) Is(target error) bool { return target == ErrUnavailable }

// fail makes an *Error of the errors of the parsers here and in codestream.
func fail(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	for _, c := range []struct {
		err    error
		reason Reason
	}{
		{codestream.ErrTruncated, Truncated}, {codestream.ErrTooLarge, TooLarge},
		{codestream.ErrUnsupported, Unsupported}, {codestream.ErrMalformed, Malformed},
	} {
		if errors.Is(err, c.err) {
			return &Error{c.reason, err}
		}
	}
	return &Error{DecoderFailed, err}
}

// Render returns image as one that browsers show. The zero Renderer and a nil
// one serve for JPEG and PNG; JPEG 2000 is then [DecoderFailed]. Errors are
// *[Error], also where ctx ends.
func (r *Renderer) Render(ctx context.Context, image []byte) (Image, error) {
	if len(image) > MaxBytes {
		return Image{}, &Error{TooLarge, fmt.Errorf("%d bytes", len(image))}
	}
	var out Image
	var err error
	switch lds.FormatOf(image) {
	case lds.JPEG:
		out, err = checkJPEG(image)
	case lds.PNG:
		out, err = checkPNG(image)
	case lds.JP2, lds.J2K:
		out, err = r.decode(ctx, image)
	default:
		return Image{}, &Error{Reason: UnknownFormat}
	}
	if err != nil {
		return Image{}, fail(err)
	}
	return out, nil
}

// checkSize refuses pictures without pixels and over the limits.
func checkSize(width, height int) error {
	switch {
	case width <= 0 || height <= 0:
		return &Error{Malformed, fmt.Errorf("%d × %d pixels", width, height)}
	case width > MaxSide || height > MaxSide || width*height > MaxPixels:
		return &Error{TooLarge, fmt.Errorf("%d × %d pixels", width, height)}
	}
	return nil
}
