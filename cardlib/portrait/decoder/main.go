package decoder

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"runtime/debug"

	"chipid/cardlib/portrait"
	"chipid/cardlib/portrait/codestream"
)

// Main is the child process: a JPEG 2000 image from in, a PNG to out. It returns
// the exit code, 0 or that of a [portrait.Reason], unless the process ended
// before, being too costly.
func Main(in io.Reader, out io.Writer) int {
	debug.SetMemoryLimit(portrait.ChildMemory / 2) // collect garbage before it counts
	stop := watch(portrait.ChildCPU, portrait.ChildMemory)
	defer stop()
	return convert(in, out)
}

// convert decodes what comes in and writes it out as a PNG.
func convert(in io.Reader, out io.Writer) int {
	file, err := io.ReadAll(io.LimitReader(in, portrait.MaxBytes+1))
	if err != nil {
		return portrait.DecoderFailed.ExitCode()
	}
	picture, err := Decode(file)
	if err != nil {
		return portrait.ReasonOf(err).ExitCode()
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, picture); err != nil {
		return portrait.DecoderFailed.ExitCode()
	}
	if _, err := out.Write(b.Bytes()); err != nil {
		return portrait.DecoderFailed.ExitCode()
	}
	return 0
}

// Decode decodes a JP2 file or a bare codestream to a picture of 8 bits a
// colour: *image.Gray or *image.RGBA. Errors are those of package codestream, or
// any other where the decoder failed.
func Decode(file []byte) (picture image.Image, err error) {
	parsed, err := codestream.Parse(file)
	if err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			picture, err = nil, fmt.Errorf("%w: the decoder panicked: %T", codestream.ErrMalformed, r)
		}
	}()
	colours, err := decode(parsed)
	if err != nil {
		return nil, err
	}
	if b := colours.Bounds(); b.Dx() != parsed.Width || b.Dy() != parsed.Height {
		return nil, fmt.Errorf("%w: decoded to %d × %d pixels", codestream.ErrMalformed, b.Dx(), b.Dy())
	}
	return finish(parsed, colours), nil
}
