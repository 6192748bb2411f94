package decoder

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"math"

	jpeg2000 "github.com/ajroetker/go-jpeg2000"

	"chipid/cardlib/portrait/codestream"
)

// decode returns the first three components, with the component transform
// undone, as red, green and blue; a grey image has the same in all three.
func decode(i codestream.Image) (*image.RGBA, error) {
	if i.Mixed && !i.Reversible && i.Components[0].Depth <= fineDepth-minPlaces {
		return decodeICT(i)
	}
	return plain(i.Codestream)
}

// plain is the decoder as it stands.
func plain(code []byte) (*image.RGBA, error) {
	picture, err := jpeg2000.Decode(bytes.NewReader(code))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", codestream.ErrMalformed, err)
	}
	rgba, ok := picture.(*image.RGBA)
	if !ok {
		return nil, fmt.Errorf("%w: picture of another kind", codestream.ErrUnsupported)
	}
	return rgba, nil
}

// The decoder rounds the samples of the 9/7 wavelet to integers before it undoes
// the colour transform (ICT, annex G.3), which costs a good image several dB.
// decodeICT gets samples with binary places out of it and undoes the transform
// itself: the codestream is made to say that its components are independent and
// of fineDepth bits, and is put into a file whose palette maps each sample to
// its high byte in one column and its low byte in another, which come out as
// two of the picture's three colours. Three components of two bytes take two rounds.
const (
	fineDepth = 15 // a palette has fewer than 65536 entries
	minPlaces = 3
)

// byteOf names one byte of the samples of one component: column 0 is the high one.
type byteOf struct{ component, column byte }

func decodeICT(i codestream.Image) (*image.RGBA, error) {
	code := i.Unmixed(fineDepth)
	first, err := plain(wrap(code, i, [3]byteOf{{0, 0}, {0, 1}, {1, 0}}))
	if err != nil {
		return nil, err
	}
	second, err := plain(wrap(code, i, [3]byteOf{{1, 1}, {2, 0}, {2, 1}}))
	if err != nil {
		return nil, err
	}
	depth := i.Components[0].Depth
	unit := float64(int(1) << (fineDepth - depth)) // one step of the real depth
	middle := float64(int(1) << (depth - 1))
	full := float64(int(1)<<depth - 1)
	for at := 0; at+3 < len(first.Pix); at += 4 {
		a, b := first.Pix[at:at+4], second.Pix[at:at+4]
		y := float64(int(a[0])<<8|int(a[1])) / unit
		cb := float64(int(a[2])<<8|int(b[0]))/unit - middle
		cr := float64(int(b[1])<<8|int(b[2]))/unit - middle
		a[0], a[1], a[2] = toByte((y+1.402*cr)*255/full), toByte((y-0.344136*cb-0.714136*cr)*255/full), toByte((y+1.772*cb)*255/full)
	}
	return first, nil
}

// wrap puts a codestream into a JP2 file whose three channels are the named bytes.
func wrap(code []byte, i codestream.Image, channels [3]byteOf) []byte {
	header := binary.BigEndian.AppendUint32(nil, uint32(i.Height))
	header = binary.BigEndian.AppendUint32(header, uint32(i.Width))
	header = binary.BigEndian.AppendUint16(header, uint16(len(i.Components)))
	header = append(header, fineDepth-1, 7, 0, 0) // wavelet coding, known colours
	palette := make([]byte, 0, 5+2<<fineDepth)
	palette = append(binary.BigEndian.AppendUint16(palette, 1<<fineDepth), 2, 7, 7) // two columns of 8 bits
	for v := range 1 << fineDepth {
		palette = append(palette, byte(v>>8), byte(v))
	}
	var mapping []byte
	for _, c := range channels {
		mapping = append(mapping, 0, c.component, 1, c.column) // by the palette
	}
	file := box("jP  ", []byte{0x0D, 0x0A, 0x87, 0x0A})
	file = append(file, box("ftyp", []byte("jp2 \x00\x00\x00\x00jp2 "))...)
	file = append(file, box("jp2h", box("ihdr", header), box("colr", []byte{1, 0, 0, 0, 0, 0, 16}),
		box("pclr", palette), box("cmap", mapping))...)
	return append(file, box("jp2c", code)...)
}

func box(kind string, content ...[]byte) []byte {
	b := append([]byte{0, 0, 0, 0}, kind...)
	for _, c := range content {
		b = append(b, c...)
	}
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

// finish puts the colours in their order, undoes sYCC, and makes grey one byte a pixel.
func finish(i codestream.Image, colours *image.RGBA) image.Image {
	bounds := colours.Bounds()
	if i.Colour == codestream.Grey {
		grey := image.NewGray(bounds)
		for at := range grey.Pix {
			grey.Pix[at] = colours.Pix[4*at+i.Channels[0]]
		}
		return grey
	}
	for at := 0; at+3 < len(colours.Pix); at += 4 {
		p := colours.Pix[at : at+4]
		c := [3]byte{p[i.Channels[0]], p[i.Channels[1]], p[i.Channels[2]]}
		if i.Colour == codestream.YCC {
			c[0], c[1], c[2] = color.YCbCrToRGB(c[0], c[1], c[2])
		}
		p[0], p[1], p[2], p[3] = c[0], c[1], c[2], 0xFF
	}
	return colours
}

func toByte(v float64) byte { return byte(math.RoundToEven(min(255, max(0, v)))) }
